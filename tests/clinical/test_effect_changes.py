"""After publishing: patients whose open concerns changed wait on their clinician's worklist, once, until looked at."""

import pytest
from django.urls import reverse

from clinical.actions.noticing import look_at, notice_all, notice_changes
from clinical.actions.people import update_patient
from clinical.models import ConcernChange, ConcernSweep, Consultation
from clinical.permissions import AUDITOR, CLINICIAN, PRACTICE_ADMIN
from clinical.views import worklist
from tests import factories
from tests.clinical import publishing
from tests.clinical.stored import events

pytestmark = pytest.mark.django_db

WORKLIST = reverse("clinical:worklist")


@pytest.fixture
def visit(doctor) -> Consultation:
    """A signed visit with a medicine that no rule of ours speaks of, and one with a rule of its own."""
    return factories.signed_visit(doctor, record=factories.visit("amoxicillin 500 mg", "tramadol 50 mg"))


def noted() -> list[tuple]:
    rows = ConcernChange.objects.order_by("id")
    return list(rows.values_list("change", "severity", "former_severity", "rule", "about"))


def words_of(client, user, address=WORKLIST) -> str:
    client.force_login(user)
    return client.get(address).content.decode()


def test_nothing_waits_while_the_rules_are_those_of_the_visit(client, doctor, visit):
    assert "Since your last visit" not in words_of(client, doctor)
    assert noted() == []
    assert ConcernSweep.objects.get().done_version == 1


def test_new_rule_puts_the_patient_on_the_worklist_of_who_signed(client, doctor, visit):
    publishing.new_rule("new-one", "amoxicillin")
    words = words_of(client, doctor)
    assert "Since your last visit" in words
    assert "new major concern, amoxicillin" in words
    assert visit.patient.name in words
    assert noted() == [("new", "major", "", "new-one", "amoxicillin")]


def test_colleague_and_other_practice_see_nothing_of_it(client, doctor, visit):
    publishing.new_rule("new-one", "amoxicillin")
    colleague, stranger = factories.clinician(of=doctor.practice), factories.clinician()
    assert "amoxicillin" not in words_of(client, colleague)
    assert "amoxicillin" not in words_of(client, stranger)


def test_practice_admin_sees_what_waits_for_everybody_and_cannot_take_it_off(client, doctor, visit):
    publishing.new_rule("new-one", "amoxicillin")
    admin = factories.person(PRACTICE_ADMIN, of=doctor.practice)
    words = words_of(client, admin)
    assert "new major concern, amoxicillin" in words
    assert reverse("clinical:changes_seen", args=[visit.patient_id]) not in words
    assert client.post(reverse("clinical:changes_seen", args=[visit.patient_id])).status_code == 403


def test_seen_takes_it_off_for_good(client, doctor, visit):
    publishing.new_rule("new-one", "amoxicillin")
    words_of(client, doctor)
    assert client.post(reverse("clinical:changes_seen", args=[visit.patient_id])).url == WORKLIST
    assert "amoxicillin" not in words_of(client, doctor)
    publishing.revise("quetiapine", funding="none")
    assert "amoxicillin" not in words_of(client, doctor)
    assert len(noted()) == 1


def test_opening_the_chart_shows_it_and_takes_it_off_the_worklist(client, doctor, visit):
    publishing.new_rule("new-one", "amoxicillin")
    words_of(client, doctor)
    chart = words_of(client, doctor, reverse("clinical:patient", args=[visit.patient_id]))
    assert "new major concern, amoxicillin" in chart
    assert reverse("clinical:visit_today", args=[visit.pk]) in chart
    assert "new major concern" not in words_of(client, doctor)
    assert events(act="looked") == [("looked", "concernchange", [])]


@pytest.mark.parametrize("role", [AUDITOR, CLINICIAN])
def test_chart_opened_by_another_leaves_it_waiting(role, client, doctor, visit):
    publishing.new_rule("new-one", "amoxicillin")
    words_of(client, doctor)
    other = factories.person(role, of=doctor.practice)
    words_of(client, other, reverse("clinical:patient", args=[visit.patient_id]))
    assert "new major concern, amoxicillin" in words_of(client, doctor)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"severity": "moderate"}, ("lowered", "moderate", "major")),
        ({"severity": "contraindicated"}, ("raised", "contraindicated", "major")),
        ({"action": "Do something else."}, ("reworded", "major", "major")),
        ({"certainty": "clinical-study"}, ("reworded", "major", "major")),
    ],
    ids=["lowered", "raised", "another action", "another certainty"],
)
def test_revised_rule_says_what_changed(changed, expected, doctor, visit):
    publishing.revise("tramadol", **changed)
    notice_all(practice=doctor.practice)
    assert [row[:3] for row in noted()] == [expected]


def test_rule_revised_in_words_that_change_no_decision_is_not_noted(doctor, visit):
    publishing.revise("tramadol", monitoring="Ask again.", summary="Said in other words.")
    notice_all(practice=doctor.practice)
    assert noted() == []


def test_concern_that_went_is_named_and_not_called_harmless(client, doctor, visit):
    publishing.new_rule("new-one", "amoxicillin")
    later = factories.signed_visit(doctor, of=visit.patient, record=factories.visit("amoxicillin 500 mg"))
    publishing.revise("new-one", severity="minor", certainty="none-found")
    assert "major concern no longer raised by the rules, amoxicillin" in words_of(client, doctor)
    assert noted()[-1][:4] == ("gone", "major", "", "new-one")
    assert later.patient_id == visit.patient_id


def test_change_taken_back_before_anybody_looked_no_longer_waits(doctor, visit):
    publishing.revise("tramadol", severity="moderate")
    notice_all(practice=doctor.practice)
    publishing.revise("tramadol", severity="major")
    notice_all(practice=doctor.practice)
    assert noted() == []


def test_change_taken_back_after_it_was_seen_is_told_again(doctor, visit):
    publishing.revise("tramadol", severity="moderate")
    notice_all(practice=doctor.practice)
    assert look_at(patient=visit.patient, by=doctor) == 1
    publishing.revise("tramadol", severity="major")
    notice_all(practice=doctor.practice)
    assert [row[:3] for row in noted()] == [("lowered", "moderate", "major"), ("raised", "major", "moderate")]


def test_condition_noted_in_the_chart_since_is_no_change_of_a_rule(doctor, visit):
    update_patient(patient=visit.patient, by=doctor, values={}, conditions=("long_qt_syndrome",))
    publishing.revise("quetiapine", funding="none")
    notice_all(practice=doctor.practice)
    assert noted() == []


def test_comparison_goes_on_where_it_stopped_and_repeats_nothing(doctor):
    for _number in range(5):
        factories.signed_visit(doctor, record=factories.visit("amoxicillin 500 mg"))
    publishing.new_rule("new-one", "amoxicillin")
    steps = [notice_changes(practice=doctor.practice, most=2) for _number in range(4)]
    assert [(step.is_done, step.looked_at, step.noticed) for step in steps] == [
        (False, 2, 2),
        (False, 4, 2),
        (True, 5, 1),
        (True, 5, 0),
    ]
    assert len(noted()) == 5


def test_worklist_of_a_large_practice_says_that_charts_are_being_compared(client, doctor, monkeypatch):
    begun = []
    monkeypatch.setattr(worklist, "CHARTS_AT_ONCE", 1)
    monkeypatch.setattr(worklist, "notice_beside", lambda *, practice: begun.append(practice))
    for _number in range(3):
        factories.signed_visit(doctor, record=factories.visit("amoxicillin 500 mg"))
    publishing.new_rule("new-one", "amoxicillin")
    words = words_of(client, doctor)
    assert "Charts are being compared with them (1 so far)" in words
    assert begun == [doctor.practice]


def test_patient_with_a_draft_only_is_left_to_the_draft(doctor):
    factories.draft(doctor, record=factories.visit("amoxicillin 500 mg"))
    publishing.new_rule("new-one", "amoxicillin")
    notice_all(practice=doctor.practice)
    assert noted() == []


def test_nothing_is_noted_without_audit(doctor, visit, nothing_kept_without_audit):
    publishing.new_rule("new-one", "amoxicillin")
    with nothing_kept_without_audit():
        notice_changes(practice=doctor.practice)
    assert noted() == []
