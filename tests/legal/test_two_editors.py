"""Two editors at once, on connections of their own: one is heard, the other is told in words, nothing is half-saved."""

from datetime import date

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.forms.models import model_to_dict

from legal import actions
from legal.models import Jurisdiction, LegalVersion, StatusPeriod
from legal.overlaps import overlapping
from tests.own_connections import at_once

DAY = date(2026, 5, 1)


@pytest.fixture
def editors(transactional_db):
    make = get_user_model().objects.create_user
    return [make(f"{name}@example.org", "a long enough password") for name in ("one", "two")]


@pytest.fixture
def place(editors):
    """A made-up city without a rule; it goes again with whatever was entered for it."""
    number = LegalVersion.objects.get().number
    tennessee = Jurisdiction.objects.get(code="US-TN")
    made = Jurisdiction.objects.create(
        code="US-TN:place:made-up", name="Made-up (test)", level="place", parent=tennessee
    )
    yield made
    StatusPeriod.objects.filter(jurisdiction=made, supersedes=None).delete()
    StatusPeriod.objects.filter(jurisdiction=made).delete()
    made.delete()
    LegalVersion.objects.update(number=number)


@pytest.fixture
def values():
    """A row that is whole, but for its place: that of another one."""
    row = StatusPeriod.objects.filter(substance="kratom_leaf").first()
    return {**model_to_dict(row, fields=actions.LAW_FIELDS), "valid_from": DAY, "valid_until": None}


def refusals(answers):
    told = [answer for answer in answers if isinstance(answer, Exception)]
    assert len(told) == 1, answers
    return told[0]


@pytest.mark.parametrize("attempt", range(3))
@pytest.mark.parametrize("other", ["kratom_leaf", "both"])
def test_of_two_rows_entered_at_once_for_the_same_days_one_stands(place, editors, values, other, attempt):
    def enter(person, substance):
        named = {"jurisdiction": place, "substance": substance, "values": values}
        return lambda: actions.add_status_period(**named, by=person, reason="at once")

    told = refusals(at_once(enter(editors[0], "kratom_leaf"), enter(editors[1], other)))
    assert isinstance(told, ValidationError)
    assert "1 May 2026" in " ".join(told.messages)
    assert StatusPeriod.objects.filter(jurisdiction=place).count() == 1


@pytest.mark.parametrize("seen_by", ["the check", "the save"])
def test_row_entered_between_our_look_and_now_is_told_in_the_same_words(place, editors, values, seen_by, monkeypatch):
    """Whichever of the two sees it first: which one does depends on a moment."""
    named = {"jurisdiction": place, "substance": "kratom_leaf", "values": values, "reason": "first"}
    actions.add_status_period(**named, by=editors[0])
    looks = iter([StatusPeriod.objects.none()])
    monkeypatch.setattr(actions, "overlapping", lambda *asked: next(looks, None) or overlapping(*asked))
    if seen_by == "the save":
        monkeypatch.setattr(StatusPeriod, "full_clean", lambda row, **_: None)
    with pytest.raises(ValidationError, match="This overlaps row .* 1 May 2026"):
        actions.add_status_period(**named, by=editors[1])
    assert StatusPeriod.objects.filter(jurisdiction=place).count() == 1


@pytest.mark.parametrize("attempt", range(3))
def test_of_two_revisions_of_one_row_at_once_one_stands(place, editors, values, attempt):
    row = actions.add_status_period(
        jurisdiction=place, substance="kratom_leaf", values=values, by=editors[0], reason="first"
    )

    def revise(person, restrictions):
        named = {"period": row, "values": {**values, "restrictions": restrictions}}
        return lambda: actions.revise_status_period(**named, by=person, reason="at once")

    told = refusals(at_once(revise(editors[0], "One says."), revise(editors[1], "Two says.")))
    assert isinstance(told, actions.PeriodNotCurrent)
    current = StatusPeriod.objects.get(jurisdiction=place, superseded_at=None)
    assert current.restrictions in ("One says.", "Two says.")
    assert StatusPeriod.objects.filter(jurisdiction=place).count() == 2
