"""What a concern says as HTML: everything that came from outside is escaped, and an old run's gaps stay empty."""

import re

import pytest

from clinical.screening.knowledge import Certainty
from clinical.views.panel import shown_flag

TYPED = '<b>"a" & b</b>'
FLAG = {
    "rule": "tramadol",
    "about": TYPED,
    "severity": "major",
    "certainty": Certainty.CASE_REPORTS.value,
    "provisional": True,
    "title": TYPED,
    "action": TYPED,
    "why": [TYPED],
    "summary": TYPED,
    "sources": ["L1", TYPED],
}


@pytest.mark.parametrize(("part", "times"), [("head", 3), ("why_html", 4)])
def test_words_are_escaped(part, times):
    written = shown_flag(FLAG)[part]()
    assert "<b>" not in written
    assert written.count("&lt;b&gt;") == times


def test_name_of_the_folded_part_holds_no_typed_signs():
    assert re.fullmatch(r"[a-z0-9-]+", shown_flag(FLAG)["why_id"])


def test_provisional_is_said_of_a_provisional_rule_alone():
    assert "provisional" in shown_flag(FLAG)["head"]()
    assert "provisional" not in shown_flag({**FLAG, "provisional": False})["head"]()


def test_run_that_knew_no_provisional_rules_is_still_shown():
    old = {name: value for name, value in FLAG.items() if name != "provisional"}
    assert "provisional" not in shown_flag(old)["head"]()


def test_evidence_of_the_rule_is_linked():
    assert 'href="/evidence/tramadol/"' in shown_flag(FLAG)["why_html"]()
