"""Runs the case library against compiled rules and says which expectations do not hold. Reads only.

Names are read with our own vocabulary as it stands in this transaction, so that a change of names is judged with what
it changes. What names mean is worked out once for each state of the vocabulary and kept.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from clinical import snapshots
from clinical.cases import facts_with
from clinical.models import ReferenceCase
from clinical.screening.case import facts_from_json
from clinical.screening.facts import Facts
from clinical.screening.plain import canonical
from clinical.vocabulary import lookup

# One fingerprint of every row that says what a typed name means.
_VOCABULARY = """
SELECT md5(concat(
  (SELECT md5(string_agg(t::text, '|' ORDER BY id)) FROM clinical_substancename t),
  (SELECT md5(string_agg(t::text, '|' ORDER BY key)) FROM clinical_substance t),
  (SELECT md5(string_agg(t::text, '|' ORDER BY id)) FROM clinical_substance_components t),
  (SELECT md5(string_agg(t::text, '|' ORDER BY key)) FROM clinical_condition t),
  (SELECT md5(string_agg(t::text, '|' ORDER BY key)) FROM clinical_referencetable t)))
"""


@dataclass(frozen=True, slots=True)
class LibraryCase:
    """One case with its names looked up, and the rules it expects."""

    key: str
    title: str
    facts: Facts
    fires: frozenset[str]
    silent: frozenset[str]


@dataclass(frozen=True, slots=True)
class CaseFailure:
    """One case that is not answered as expected: rules that stay silent, and rules that speak."""

    key: str
    title: str
    missing: tuple[str, ...]
    unexpected: tuple[str, ...]

    def __str__(self) -> str:
        told = [_("“%s” should speak and is silent") % code for code in self.missing]
        told += [_("“%s” should be silent and speaks") % code for code in self.unexpected]
        return f"{self.key} ({self.title}): {'; '.join(told)}"


@dataclass(frozen=True, slots=True)
class LibraryAnswer:
    """How many cases ran, which failed, and which expectations name a rule that is not in force."""

    ran: int
    failures: tuple[CaseFailure, ...]
    fallen_away: tuple[str, ...] = ()


def run_library(rules: snapshots.RuleSet) -> LibraryAnswer:
    """Screen every case in force. An expectation on a rule that is not in force cannot be asked, and is named."""
    present = {compiled.rule.code for compiled in rules.rules}
    cases = library_cases()
    failures = tuple(failure for case in cases if (failure := _failure(case, rules, present)))
    gone = {f"{code}: {case.key}" for case in cases for code in (case.fires | case.silent) - present}
    return LibraryAnswer(len(cases), failures, tuple(sorted(gone)))


def library_cases() -> list[LibraryCase]:
    """The cases in force, their names looked up in the vocabulary as it stands now."""
    rows = list(
        ReferenceCase.objects.filter(withdrawn_at=None).order_by("key").values("key", "title", "case", "expects")
    )
    if not rows:
        return []
    texts = tuple(canonical(row["case"]) for row in rows)
    facts = _facts_of(texts, _fingerprint(), timezone.localdate())
    return [_case(row, known) for row, known in zip(rows, facts, strict=True)]


def _case(row: Mapping[str, Any], facts: Facts) -> LibraryCase:
    expects = row["expects"]
    fires, silent = (frozenset(expects.get(name) or ()) for name in ("fires", "silent"))
    return LibraryCase(row["key"], row["title"], facts, fires, silent)


@lru_cache(maxsize=4)
def _facts_of(texts: tuple[str, ...], vocabulary: str, day: date) -> tuple[Facts, ...]:
    """`vocabulary` and `day` stand for what the names mean and what “three weeks ago” counts from."""
    return tuple(_read(texts))


def _read(texts: tuple[str, ...]) -> Iterator[Facts]:
    words = lookup.own_names()  # a case of the library rests on our own names, never on a loaded release
    for text in texts:
        yield facts_with(facts_from_json(json.loads(text)), words)


def _fingerprint() -> str:
    with connection.cursor() as cursor:
        cursor.execute(_VOCABULARY)
        return cursor.fetchone()[0]


def answered(facts: Facts, rules: snapshots.RuleSet) -> set[str]:
    """Codes of the rules that speak: as a flag, or as looked for and not found."""
    found = snapshots.screen(facts, rules)
    return {row.rule for row in (*found.flags, *found.nothing_found)}


def _failure(case: LibraryCase, rules: snapshots.RuleSet, present: set[str]) -> CaseFailure | None:
    spoke = answered(case.facts, rules)
    missing, unexpected = (case.fires & present) - spoke, case.silent & spoke
    if not missing and not unexpected:
        return None
    return CaseFailure(case.key, case.title, tuple(sorted(missing)), tuple(sorted(unexpected)))
