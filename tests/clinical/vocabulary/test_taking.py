"""One typed line as the engine sees it: choices, phases, routes and stops."""

from datetime import date

import pytest

from clinical.screening.facts import Match, Phase
from clinical.vocabulary.taking import taken_from

DAY = date(2026, 11, 22)
# line, phase, days since the stop on the day
STOPS = [
    ("fluoxetine stopped 3/2026", Phase.STOPPED, 236),
    ("fluoxetine stopped 11/2026", Phase.STOPPED, 0),
    ("fluoxetine d/c'd 10/30/2026", Phase.STOPPED, 23),
    ("fluoxetine stopped 3/4/2026", Phase.STOPPED, 233),
    ("fluoxetine stopped 2025", Phase.STOPPED, 326),
    ("fluoxetine stopped 2 weeks ago", Phase.STOPPED, 14),
    ("fluoxetine stopped yesterday", Phase.STOPPED, 1),
    ("fluoxetine stopped last month", Phase.STOPPED, 1),
    ("fluoxetine stopped", Phase.STOPPED, None),
    ("fluoxetine stopped 3/26", Phase.STOPPED, None),
    ("fluoxetine stopped 31/31/2026", Phase.STOPPED, None),
    ("fluoxetine stopped, last dose 11/1/2026", Phase.STOPPED, 21),
    ("fluoxetine stopped 1/2027", None, None),
    ("fluoxetine last dose 2 weeks ago", None, None),
    ("fluoxetine since 2019", None, None),
    ("fluoxetine", None, None),
]


@pytest.mark.parametrize(("line", "phase", "days"), STOPS, ids=[case[0] for case in STOPS])
def test_stop_counts_from_the_latest_day_it_can_mean(index, line, phase, days):
    taken = taken_from(index, entered=line, day=DAY)
    assert (taken.match, taken.substances) == (Match.EXACT, ("fluoxetine",))
    assert (taken.phase, taken.stopped_days_ago) == (phase, days)


def test_dated_stop_without_a_day_of_the_visit_is_a_stop_of_unknown_day(index):
    taken = taken_from(index, entered="fluoxetine stopped 3/2026")
    assert (taken.phase, taken.stopped_days_ago) == (Phase.STOPPED, None)


def test_what_a_person_set_goes_before_what_was_read(index):
    taken = taken_from(
        index,
        entered="fluoxetine po stopped 3/2026",
        phase=Phase.SETTLED,
        stopped_days_ago=4.0,
        route="rectal",
        day=DAY,
    )
    assert (taken.phase, taken.stopped_days_ago) == (Phase.SETTLED, 4.0)
    assert (taken.route, taken.route_from) == ("rectal", "typed")


def test_phase_set_to_stopped_takes_the_day_from_the_text(index):
    taken = taken_from(index, entered="fluoxetine stopped 2 weeks ago", phase=Phase.STOPPED, day=DAY)
    assert taken.stopped_days_ago == 14


def test_phase_set_to_settled_leaves_the_day_of_the_text(index):
    taken = taken_from(index, entered="fluoxetine stopped 2 weeks ago", phase=Phase.SETTLED, day=DAY)
    assert taken.stopped_days_ago is None


@pytest.mark.parametrize(
    ("line", "route", "origin"),
    [
        ("naltrexone inj q4wk", "injected", "typed"),
        ("Probuphine", "implant", "name"),
        ("fluoxetine", None, ""),
    ],
)
def test_route_says_where_it_is_known_from(index, line, route, origin):
    taken = taken_from(index, entered=line)
    assert (taken.route, taken.route_from) == (route, origin)


def test_choice_of_a_person_is_exact_and_keeps_the_line(index):
    taken = taken_from(index, entered="nyquil", chosen="acetaminophen / dextromethorphan / doxylamine")
    assert (taken.entered, taken.match) == ("nyquil", Match.EXACT)
    assert set(taken.substances) == {"acetaminophen", "dextromethorphan", "doxylamine"}


@pytest.mark.parametrize(
    "line",
    [
        "alprazolam and timolol eye drops",
        "alprazolam 1 mg, timolol stopped 3/2026",
        "alprazolam + timolol 0.5% OU",
        "stopped alprazolam; timolol bid",
    ],
)
def test_stop_or_route_of_one_medicine_is_not_put_upon_another(index, line):
    taken = taken_from(index, entered=line, day=DAY)
    assert set(taken.substances) == {"alprazolam", "timolol"}
    assert (taken.phase, taken.stopped_days_ago, taken.route, taken.route_from) == (None, None, None, "")


def test_stop_and_route_of_a_combination_product_count_for_all_of_it(index):
    taken = taken_from(index, entered="buprenorphine and naloxone SL film stopped 2 weeks ago", day=DAY)
    assert set(taken.substances) == {"buprenorphine", "naloxone"}
    assert (taken.phase, taken.stopped_days_ago, taken.route) == (Phase.STOPPED, 14, "sublingual")
