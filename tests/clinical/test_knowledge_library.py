"""What a bundle may not undo: the cases of the library that must pass, and codes of rules that were retired."""

from datetime import date

import pytest

from clinical.actions.editing import retire_rule
from clinical.actions.knowledge import import_bundle, plan_import
from clinical.knowledge_base import bundle
from clinical.knowledge_base.bundle import NotABundle
from clinical.knowledge_base.differences import RETIRED
from clinical.knowledge_base.export import export
from clinical.knowledge_base.tables import reference_digest
from clinical.models import InteractionRule, ReferenceCase
from tests.clinical.knowledge_files import rows_in, with_rows
from tests.clinical.publishing import editor, rule_in_force, withdraw_cases_of

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def whole(django_db_setup, django_db_blocker) -> bytes:
    """The reviewed reference data as a bundle, made before any test changes it."""
    with django_db_blocker.unblock():
        return export(generated_on=date(2026, 11, 22))


def take(content: bytes, **values):
    return import_bundle(bundle=bundle.read(content), by=None, reason="from elsewhere", **values)


def expecting(code: str, **expects):
    """The cases of which one that fires this rule alone expects something else."""

    def change(rows):
        row = next(row for row in rows if row["expects"]["fires"] == [code])
        row["expects"] = {"fires": [], "silent": [], **expects}
        return rows

    return change


def test_bundle_that_breaks_a_case_is_refused_and_the_case_is_named(whole):
    before = reference_digest()
    key = next(row["key"] for row in rows_in(whole, "cases") if row["expects"]["fires"] == ["tramadol"])
    with pytest.raises(NotABundle, match=f"One case of the library fails.*{key}.*“tramadol” should be silent"):
        take(with_rows(whole, cases=expecting("tramadol", silent=["tramadol"])))
    assert reference_digest() == before


def test_case_that_only_stands_here_is_withdrawn_with_the_import(whole):
    key = rows_in(whole, "cases")[0]["key"]
    done = take(with_rows(whole, cases=lambda rows: rows[1:]))
    assert [change.label for change in done.changes] == [f"cases:{key}"]
    assert ReferenceCase.objects.get(key=key).is_withdrawn


def test_retired_code_is_not_opened_again_and_is_named(whole):
    withdraw_cases_of("caffeine")
    retire_rule(rule=rule_in_force("caffeine"), by=editor(), reason="Nothing supports it")
    planned = plan_import(bundle=bundle.read(whole))
    assert [(one.change.label, one.why) for one in planned.left_out] == [("rules:caffeine", RETIRED)]
    done = take(whole)
    assert [(one.change.label, one.why) for one in done.left_out] == [("rules:caffeine", RETIRED)]
    assert {change.table for change in done.changes} == {"cases"}
    assert not InteractionRule.objects.filter(code="caffeine", closed_at=None).exists()
    assert done.digest != bundle.read(whole).digest


def test_case_of_a_retired_rule_goes_out_and_comes_in_again():
    withdraw_cases_of("caffeine")
    retire_rule(rule=rule_in_force("caffeine"), by=editor(), reason="Nothing supports it")
    content = export(generated_on=date(2026, 11, 22))
    assert "caffeine" not in {row["code"] for row in rows_in(content, "rules")}
    assert take(content).changes == []
