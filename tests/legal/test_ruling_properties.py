"""What no row may do to a ruling, whatever rows there are: hypothesis draws them. No database."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from legal.periods import Level, StalenessGroup, StalenessLimits, Status, StatusPeriod, Substance
from legal.ruling import MayBuy, compile_chain, ruling_on

LIMITS = StalenessLimits(state_days=30, local_days=90, country_days=180, firm_multiple=3)
DAY = date(2026, 7, 1)
STRICTER = [Status.LEGAL_UNREGULATED, Status.REGULATED, Status.RESTRICTED, Status.PROHIBITED]
DAYS = st.one_of(st.none(), st.dates(date(2020, 1, 1), date(2030, 1, 1)))


@st.composite
def rows(draw):
    start, end = draw(DAYS), draw(DAYS)
    if start and end and start >= end:
        start, end = end, start + timedelta(days=1)
    return StatusPeriod(
        "L", "both", draw(st.sampled_from(Status)), DAY, start, end,
        min_age=draw(st.sampled_from([None, 18, 21])), sale=draw(st.sampled_from(["unlawful", "lawful", "not known"])),
    )  # fmt: skip


CHAINS = st.lists(st.lists(rows(), max_size=2), min_size=1, max_size=4)
AGES = st.one_of(st.none(), st.integers(10, 80))


def ask(chain, age=None):
    levels = tuple(
        Level(f"L{at}", f"L{at}", "county", tuple(one), StalenessGroup.LOCAL) for at, one in enumerate(chain)
    )
    return ruling_on(compile_chain(levels, LIMITS), DAY, Substance.KRATOM_LEAF, age)


def strictness(ruling):
    return STRICTER.index(ruling.strictest_known) if ruling.strictest_known else -1


@settings(max_examples=150, deadline=None)
@given(CHAINS, AGES, st.data())
def test_tightening_a_row_never_loosens_an_answer(chain, age, data):
    spots = [(i, j) for i, one in enumerate(chain) for j, row in enumerate(one) if row.status in STRICTER]
    if not spots:
        return
    i, j = data.draw(st.sampled_from(spots))
    harder = STRICTER[STRICTER.index(chain[i][j].status) :]
    tighter = [list(one) for one in chain]
    tighter[i][j] = replace(chain[i][j], status=data.draw(st.sampled_from(harder)))
    before, after = ask(chain, age), ask(tighter, age)
    assert strictness(after) >= strictness(before)
    if before.may_buy is MayBuy.NO:
        assert after.may_buy is MayBuy.NO


@settings(max_examples=150, deadline=None)
@given(CHAINS, AGES, rows())
def test_row_outside_its_dates_never_matters(chain, age, row):
    if row.in_force(DAY):
        row = replace(row, valid_from=DAY + timedelta(days=1), valid_until=None)
    more = [[*chain[0], row], *chain[1:]]
    before, after = ask(chain, age), ask(more, age)
    seen = [(r.status, r.decided_by, r.min_age, r.firm, r.may_buy, r.levels and len(r.levels)) for r in (before, after)]
    assert seen[0] == seen[1]


@settings(max_examples=150, deadline=None)
@given(CHAINS, AGES)
def test_level_without_a_row_changes_nothing(chain, age):
    before, after = ask(chain, age), ask([*chain, []], age)
    assert (before.status, before.decided_by, before.min_age, before.firm, before.may_buy) == (
        after.status, after.decided_by, after.min_age, after.firm, after.may_buy
    )  # fmt: skip
