"""Names nothing here knows are counted after the save: the name alone, once for each visit, and never in its way."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError

from clinical.actions import editing, unrecognised
from clinical.actions.consultation import amend_consultation, save_consultation
from clinical.actions.screening import answer_flag, run_screening, sign_consultation, unanswered
from clinical.models import Consultation, Substance, SubstanceName, UnrecognisedName
from clinical.permissions import CLINICIAN, REFERENCE_EDITOR
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def saved(doctor, django_capture_on_commit_callbacks):
    """Stores a visit with these medicines, or saves it again, and lets everything happen that follows a save."""

    def save(*medications, again=None):
        with django_capture_on_commit_callbacks(execute=True):
            record = factories.visit(*medications)
            if again is None:
                return factories.draft(doctor, record=record)
            again.refresh_from_db()
            return save_consultation(consultation=again, by=doctor, record=record, seen_version=again.version)

    return save


def counted():
    return dict(UnrecognisedName.objects.values_list("name", "times"))


def test_unknown_name_is_counted_without_its_dose(saved):
    saved("Floxblorb 50 mg twice daily for Mr Example", "tramadol 50 mg")
    assert counted() == {"floxblorb": 1}


def test_saving_again_does_not_count_again(saved):
    visit = saved("Floxblorb 50 mg")
    saved("Floxblorb 100 mg", again=visit)
    saved("tramadol", again=visit)
    saved("floxblorb", again=visit)
    assert counted() == {"floxblorb": 1}


def test_name_typed_later_in_the_same_visit_is_counted(saved):
    visit = saved("tramadol")
    saved("tramadol", "floxblorb", again=visit)
    assert counted() == {"floxblorb": 1}


def test_another_visit_counts_the_name_again(saved):
    saved("FLOXBLORB")
    saved("floxblorb 5 mg")
    assert counted() == {"floxblorb": 2}


def test_amendment_starts_from_what_was_counted(doctor, saved):
    visit = saved("floxblorb", "tramadol")
    run = run_screening(consultation=visit, by=doctor)
    for flag in unanswered(run.result["flags"], {}):
        answer_flag(consultation=visit, by=doctor, rule=flag["rule"], about=flag["about"], answer="counsel")
    signed = sign_consultation(consultation=visit, by=doctor, run=run)
    draft = amend_consultation(consultation=signed, by=doctor, reason="a dose was wrong")
    saved("floxblorb 10 mg", again=draft)
    assert counted() == {"floxblorb": 1}


@pytest.mark.parametrize(
    ("entered", "kept"),
    [
        ("Floxblorb 50 mg prn", "floxblorb"),
        ("Floxblörb-XR", "floxblorb xr"),
        ("Robin Reed 901 555-1234", ""),
        ("MRN4482911", ""),
        ("floxblorb robin@example.org", ""),
        ("https://example.org/floxblorb", ""),
        ("her neighbour bought something dried abroad somewhere", ""),
        ("x" * 201, ""),
        ("", ""),
        ("\u202e\u200f", ""),
    ],
)
def test_only_short_names_are_kept(entered, kept):
    assert unrecognised.kept_name(entered=entered) == kept


def test_nothing_but_the_name_and_days_is_stored(saved):
    saved("Floxblorb 50 mg")
    row = UnrecognisedName.objects.values().get()
    assert set(row) == {"id", "name", "times", "first_on", "last_on", "settled_as_id", "is_set_aside"}


def test_failure_to_count_leaves_the_save_alone(saved, monkeypatch):
    def refuse(*_args, **_values):
        raise DatabaseError("no space left")

    monkeypatch.setattr(unrecognised, "_add", refuse)
    visit = saved("floxblorb")
    assert Consultation.objects.get(pk=visit.pk).medications.get().entered == "floxblorb"
    assert counted() == {}


def test_save_that_is_undone_counts_nothing(doctor, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        factories.draft(doctor, record=factories.visit("floxblorb"))
    assert len(callbacks) == 1
    assert counted() == {}


def test_adding_the_name_settles_it_and_withdrawing_unsettles_it(saved):
    saved("Floxblorb")
    editor = factories.person(REFERENCE_EDITOR)
    values = {"name": "FloxBlorb", "substance": Substance.objects.get(key="tramadol"), "kind": "brand"}
    added = editing.add_row(model=SubstanceName, values=values, by=editor, reason="a brand of it")
    assert UnrecognisedName.objects.get().settled_as == added
    editing.revise_row(row=added, values={"withdrawn": True}, by=editor, reason="was another one")
    assert UnrecognisedName.objects.get().settled_as is None


def test_clinician_may_neither_set_aside_nor_put_back(saved):
    saved("floxblorb")
    name = UnrecognisedName.objects.get()
    for act in (unrecognised.set_aside, unrecognised.put_back):
        with pytest.raises(PermissionDenied):
            act(name=name, by=factories.person(CLINICIAN))
    assert not UnrecognisedName.objects.get().is_set_aside
