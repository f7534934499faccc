"""The pure ruling: precedence, dates, age, changes ahead and staleness. No database."""

from datetime import date, timedelta

import pytest

from legal.periods import (
    BOTH,
    Level,
    PendingEntry,
    StalenessGroup,
    StalenessLimits,
    Status,
    StatusPeriod,
    Substance,
)
from legal.ruling import NO_ENTRY, compile_chain, ruling_on

LEAF, SEVEN_OH, DERIVATIVES = Substance.KRATOM_LEAF, Substance.SEVEN_OH, Substance.DERIVATIVES
LIMITS = StalenessLimits(state_days=30, local_days=90, country_days=180, firm_multiple=3)
DAY = date(2026, 7, 1)
CHECKED = date(2026, 7, 1)


def row(code, status, start=None, end=None, *, substance=BOTH, checked=CHECKED, **fields):
    return StatusPeriod(code, substance, Status(status), checked, start, end, citation=f"law of {code}", **fields)


def level(code, *rows, kind="state", group=StalenessGroup.STATE):
    return Level(code, f"Name of {code}", kind, rows, group)


def ask(*levels, day=DAY, substance=LEAF, age=None, today=None, pending=()):
    return ruling_on(compile_chain(levels, LIMITS, pending), day, substance, age, today)


@pytest.mark.parametrize(
    ("statuses", "expected", "decided_by", "strictest_known"),
    [
        pytest.param(["legal_unregulated", "regulated"], "regulated", "L1", "regulated", id="state-stricter"),
        pytest.param(["regulated", "restricted"], "restricted", "L1", "restricted", id="county-stricter"),
        pytest.param(["prohibited", "legal_unregulated"], "prohibited", "L0", "prohibited", id="looser-never-relaxes"),
        pytest.param(["prohibited", "prohibited"], "prohibited", "L0", "prohibited", id="broadest-of-equals-decides"),
        pytest.param(["regulated", "unknown"], "unknown", "L1", "regulated", id="unknown-not-averaged"),
        pytest.param(["unknown", "prohibited"], "prohibited", "L1", "prohibited", id="prohibited-beats-unknown"),
        pytest.param(["unknown"], "unknown", "L0", None, id="only-unknown"),
        pytest.param([None, None], "unknown", None, None, id="no-entry-anywhere"),
        pytest.param([None, "restricted", None], "restricted", "L1", "restricted", id="no-entry-is-passed-over"),
    ],
)
def test_status_with_levels_that_disagree(statuses, expected, decided_by, strictest_known):
    levels = [level(f"L{i}", *([row(f"L{i}", s)] if s else [])) for i, s in enumerate(statuses)]
    ruling = ask(*levels)
    assert (ruling.status, ruling.decided_by, ruling.strictest_known) == (expected, decided_by, strictest_known)
    assert [answer.status for answer in ruling.levels] == [s or NO_ENTRY for s in statuses]


def test_row_of_ruling_is_the_deciding_one():
    ruling = ask(level("US", row("US", "legal_unregulated")), level("US-XX", row("US-XX", "prohibited")))
    assert (ruling.row.citation, ruling.substance) == ("law of US-XX", LEAF)
    assert ask(level("US")).row is None


@pytest.mark.parametrize(
    ("day", "status"),
    [
        pytest.param(date(2026, 6, 29), "unknown", id="before-first-entry"),
        pytest.param(date(2026, 6, 30), "restricted", id="first-day-counts"),
        pytest.param(date(2026, 7, 31), "restricted", id="last-day-of-old-row"),
        pytest.param(date(2026, 8, 1), "prohibited", id="handover-day-is-the-new-row"),
        pytest.param(date(2026, 9, 1), "unknown", id="until-does-not-count"),
    ],
)
def test_half_open_periods_on_the_edges(day, status):
    place = level(
        "US-XX",
        row("US-XX", "restricted", date(2026, 6, 30), date(2026, 8, 1)),
        row("US-XX", "prohibited", date(2026, 8, 1), date(2026, 9, 1)),
    )
    assert ask(place, day=day).status == status


def test_compiled_chain_agrees_with_reading_every_row_on_every_day():
    rows = (
        row("US-XX", "restricted", None, date(2026, 3, 1)),
        row("US-XX", "prohibited", date(2026, 3, 10), date(2026, 4, 2), substance=SEVEN_OH),
        row("US-XX", "regulated", date(2026, 3, 5), None, substance=LEAF),
    )
    chain = compile_chain((level("US-XX", *rows),), LIMITS)
    for offset in range(60):
        day = date(2026, 2, 20) + timedelta(days=offset)
        for substance in Substance:
            expected = [r for r in rows if r.covers(substance) and r.in_force(day)]
            answered = [a.period for a in ruling_on(chain, day, substance, None).levels if a.period]
            assert answered == expected


@pytest.mark.parametrize(
    ("substance", "status"), [(LEAF, "regulated"), (SEVEN_OH, "regulated"), (DERIVATIVES, "unknown")]
)
def test_both_means_leaf_and_seven_oh_never_derivatives(substance, status):
    assert ask(level("US-XX", row("US-XX", "regulated")), substance=substance).status == status


def test_leaf_row_is_not_carried_to_seven_oh():
    assert ask(level("US-XX", row("US-XX", "regulated", substance=LEAF)), substance=SEVEN_OH).status == "unknown"


def test_unknown_substance_is_refused():
    with pytest.raises(KeyError):
        ask(level("US"), substance="tea")


def test_two_rows_of_one_level_are_both_shown():
    place = level("US-XX", row("US-XX", "regulated"), row("US-XX", "prohibited", substance=SEVEN_OH))
    ruling = ask(place, substance=SEVEN_OH)
    assert (ruling.status, len(ruling.levels)) == ("prohibited", 2)


def test_restrictions_add_up_and_highest_age_wins():
    ruling = ask(
        level("US-XX", row("US-XX", "restricted", min_age=21, restrictions="Labels.")),
        level("US-XX:place:y", row("US-XX:place:y", "regulated", min_age=18, restrictions="City licence.")),
        level("US-XX:place:z", row("US-XX:place:z", "regulated")),
    )
    assert ruling.min_age == 21
    assert [(r.code, r.text) for r in ruling.restrictions] == [
        ("US-XX", "Labels."),
        ("US-XX:place:y", "City licence."),
    ]


@pytest.mark.parametrize(
    ("status", "min_age", "age", "allows"),
    [
        pytest.param("regulated", 21, 21, True, id="birthday"),
        pytest.param("regulated", 21, 20, False, id="too-young"),
        pytest.param("regulated", 21, None, None, id="age-not-known"),
        pytest.param("regulated", None, 30, None, id="no-minimum-known"),
        pytest.param("prohibited", 21, 30, None, id="age-does-not-open-a-ban"),
    ],
)
def test_age_allows(status, min_age, age, allows):
    assert ask(level("US-XX", row("US-XX", status, min_age=min_age)), age=age).age_allows is allows


def test_next_changes_name_starts_ends_and_pending():
    place = level(
        "US-XX",
        row("US-XX", "regulated", None, date(2027, 1, 1)),
        row("US-XX", "prohibited", date(2027, 1, 1), date(2028, 1, 1)),
    )
    pending = (
        PendingEntry("US-XX", "A bill", "introduced", "not known", "https://example.org", "2026"),
        PendingEntry("US-YY", "Elsewhere", "introduced", "not known", "https://example.org", "2026"),
    )
    ruling = ask(place, pending=pending)
    assert [(c.kind, c.on, c.status) for c in ruling.next_changes] == [
        ("starts", date(2027, 1, 1), "prohibited"),
        ("ends", date(2028, 1, 1), NO_ENTRY),
        ("pending", None, "introduced"),
    ]
    later = ask(place, day=date(2027, 1, 1))
    assert [change.kind for change in later.next_changes] == ["ends"]


@pytest.mark.parametrize(
    ("group", "days", "state"),
    [
        pytest.param(StalenessGroup.STATE, 30, "current", id="state-last-current-day"),
        pytest.param(StalenessGroup.STATE, 31, "stale", id="state-stale"),
        pytest.param(StalenessGroup.STATE, 91, "too_old", id="state-too-old"),
        pytest.param(StalenessGroup.LOCAL, 90, "current", id="local-current"),
        pytest.param(StalenessGroup.LOCAL, 270, "stale", id="local-stale"),
        pytest.param(StalenessGroup.COUNTRY, 541, "too_old", id="country-too-old"),
        pytest.param(StalenessGroup.COUNTRY, -5, "current", id="checked-after-the-day"),
    ],
)
def test_staleness_is_counted_to_today(group, days, state):
    place = level("X", row("X", "regulated"), group=group)
    (age,) = ask(place, today=CHECKED + timedelta(days=days)).staleness
    assert (age.days, age.state) == (max(days, 0), state)


@pytest.mark.parametrize(
    ("state_status", "city_status", "state_days", "city_days", "firm"),
    [
        pytest.param("regulated", "regulated", 0, 0, True, id="all-fresh"),
        pytest.param("regulated", "regulated", 0, 271, False, id="an-old-city-row-could-overturn"),
        pytest.param("prohibited", "regulated", 0, 271, True, id="fresh-ban-stands"),
        pytest.param("prohibited", "regulated", 91, 0, False, id="old-ban-is-not-firm"),
        pytest.param("regulated", "unknown", 0, 0, False, id="unknown-is-never-firm"),
    ],
)
def test_firm_answer(state_status, city_status, state_days, city_days, firm):
    ruling = ask(
        level("S", row("S", state_status, checked=DAY - timedelta(days=state_days))),
        level("S:county:no-entry", kind="county", group=StalenessGroup.LOCAL),
        level("C", row("C", city_status, checked=DAY - timedelta(days=city_days)), group=StalenessGroup.LOCAL),
    )
    assert ruling.firm is firm


@pytest.mark.parametrize(
    ("kind", "group", "city_status", "firm", "silent"),
    [
        pytest.param("state", StalenessGroup.STATE, "regulated", False, ("Name of S",), id="state"),
        pytest.param("territory", StalenessGroup.STATE, "regulated", False, ("Name of S",), id="territory"),
        pytest.param("county", StalenessGroup.LOCAL, "regulated", True, (), id="county"),
        pytest.param("territory", StalenessGroup.COUNTRY, "regulated", True, (), id="territory-abroad"),
        pytest.param("state", StalenessGroup.STATE, "prohibited", True, (), id="a-ban-needs-no-state"),
    ],
)
def test_level_without_a_row(kind, group, city_status, firm, silent):
    ruling = ask(
        level("US", row("US", "legal_unregulated")),
        level("S", kind=kind, group=group),
        level("C", row("C", city_status)),
    )
    assert (ruling.status, ruling.firm, ruling.silent_states) == (city_status, firm, silent)


@pytest.mark.parametrize(
    ("day", "today", "days", "is_ahead", "firm"),
    [
        pytest.param(DAY, DAY, 0, False, True, id="today"),
        pytest.param(DAY - timedelta(days=400), DAY, 0, False, True, id="past-day"),
        pytest.param(DAY - timedelta(days=400), DAY + timedelta(days=91), 91, False, False, id="past-day-old-check"),
        pytest.param(DAY + timedelta(days=90), DAY, 90, True, True, id="last-firm-day-ahead"),
        pytest.param(DAY + timedelta(days=91), DAY, 91, True, False, id="too-far-ahead"),
    ],
)
def test_staleness_counts_to_the_later_of_today_and_the_day(day, today, days, is_ahead, firm):
    ruling = ask(level("X", row("X", "regulated")), day=day, today=today)
    (age,) = ruling.staleness
    assert (age.days, age.is_ahead, ruling.firm) == (days, is_ahead, firm)


@pytest.mark.parametrize(("day", "ahead"), [("2026-12-31", True), ("2027-01-01", False), ("2027-01-02", False)])
def test_pending_entry_is_ahead_until_its_expected_day(day, ahead):
    entry = PendingEntry("US-XX", "A ban", "enacted", "2027-01-01", "https://example.org", "2026", date(2027, 1, 1))
    ruling = ask(level("US-XX", row("US-XX", "regulated")), day=date.fromisoformat(day), pending=(entry,))
    assert bool(ruling.next_changes) is ahead
