"""Changes of the law on the worklist: who stands there, when, how urgent, and who has looked."""

from datetime import date

import pytest
from django.db import connection
from django.forms.models import model_to_dict
from django.test.utils import CaptureQueriesContext

from clinical import law_notices
from clinical.actions.law_notices import look_at_law_notice
from clinical.models import AuditEvent, LawNoticeSeen
from legal import actions
from legal.models import StatusPeriod
from tests import factories

pytestmark = pytest.mark.django_db
BEFORE_KENTUCKY = date(2026, 11, 23)  # 39 days before its ban
LOUISVILLE = {"zip_code": "40202", "city": "Louisville", "county": "Jefferson", "state": "KY"}
SEVEN_OH = factories.leaf(product="7oh", amount=20.0, unit="mg")


@pytest.fixture
def doctor(db):
    return factories.clinician()


def signed(doctor, record=None, **address):
    patient = factories.patient(doctor, **address)
    return factories.signed_visit(doctor, of=patient, record=record or factories.visit()).patient


def notices(user, today=BEFORE_KENTUCKY, for_everybody=False):
    return law_notices.law_notices(user=user, practice=user.practice, today=today, for_everybody=for_everybody)


def of(found, code):
    return [one for one in found if one.change.code == code]


def names(notice):
    return {one.name for one in notice.patients}


def test_ban_ahead_puts_its_users_first_and_urgent(doctor):
    patient = signed(doctor, **LOUISVILLE)
    found = notices(doctor)
    assert found[0].change.code == "US-KY"
    assert found[0].is_urgent
    assert found[0].change.is_ban
    assert names(found[0]) == {patient.name}
    assert found[0].change.on == date(2027, 1, 1)
    assert found[0].change.stage.startswith("enacted")


@pytest.mark.parametrize(
    ("today", "stands"),
    [
        pytest.param(date(2026, 11, 1), False, id="61-days-ahead"),
        pytest.param(date(2026, 11, 2), True, id="60-days-ahead"),
        pytest.param(date(2027, 1, 31), True, id="30-days-after"),
        pytest.param(date(2027, 2, 1), False, id="31-days-after"),
    ],
)
def test_notice_stands_from_sixty_days_ahead_to_thirty_after(doctor, today, stands):
    signed(doctor, **LOUISVILLE)
    assert bool(of(notices(doctor, today), "US-KY")) is stands


@pytest.mark.parametrize(
    "address",
    [
        pytest.param({"state": "Kentucky", "city": "", "county": "", "zip_code": ""}, id="state-written-out"),
        pytest.param({"state": "ky", "city": "", "county": "", "zip_code": ""}, id="small-letters"),
        pytest.param({"state": "", "city": "", "county": "", "zip_code": "40202"}, id="zip-alone"),
    ],
)
def test_address_is_read_as_typed(doctor, address):
    signed(doctor, **address)
    assert of(notices(doctor), "US-KY")[0].patients[0].is_settled


def test_address_that_contradicts_itself_is_told_apart(doctor):
    signed(doctor, **{**LOUISVILLE, "zip_code": "38103"})
    assert [one.is_settled for one in of(notices(doctor), "US-KY")[0].patients] == [False]


@pytest.mark.parametrize(
    ("record", "address"),
    [
        pytest.param(factories.visit(asked="does_not", uses=()), LOUISVILLE, id="does-not-use"),
        pytest.param(factories.visit(), {}, id="lives-in-tennessee"),
        pytest.param(factories.visit(uses=(factories.leaf(stopped=True),)), LOUISVILLE, id="has-stopped"),
    ],
)
def test_others_do_not_stand_there(doctor, record, address):
    signed(doctor, record, **address)
    assert of(notices(doctor), "US-KY") == []


def test_draft_says_nothing(doctor):
    factories.draft(doctor, of=factories.patient(doctor, **LOUISVILLE))
    assert of(notices(doctor), "US-KY") == []


def test_last_signed_visit_decides(doctor):
    patient = signed(doctor, **LOUISVILLE)
    later = factories.visit(visit_on=date(2026, 11, 21), asked="does_not", uses=())
    factories.signed_visit(doctor, of=patient, record=later)
    assert of(notices(doctor), "US-KY") == []


def test_another_clinicians_patient_stands_on_theirs_and_on_everybodys(doctor):
    patient = signed(doctor, **LOUISVILLE)
    colleague = factories.clinician(of=doctor.practice)
    assert of(notices(colleague), "US-KY") == []
    assert names(of(notices(colleague, for_everybody=True), "US-KY")[0]) == {patient.name}


def test_another_practice_sees_nothing(doctor):
    signed(doctor, **LOUISVILLE)
    assert notices(factories.clinician(), for_everybody=True) == []


def test_federal_doubt_about_7oh_is_told_to_its_users_and_is_not_urgent(doctor):
    signed(doctor, factories.visit(uses=(SEVEN_OH,)))
    signed(doctor)
    found = of(notices(doctor), "US")
    assert [(one.change.after, one.is_urgent, len(one.patients)) for one in found] == [("unknown", False, 1)]


def test_looked_at_is_off_this_worklist_only_and_audited_without_text(doctor):
    patient = signed(doctor, **LOUISVILLE)
    key = of(notices(doctor), "US-KY")[0].change.key
    assert look_at_law_notice(notice=key, patients=[patient.pk], by=doctor) == 1
    assert look_at_law_notice(notice=key, patients=[patient.pk], by=doctor) == 0
    assert of(notices(doctor), "US-KY") == []
    admin = factories.clinician(of=doctor.practice)
    assert of(notices(admin, for_everybody=True), "US-KY") != []
    event = AuditEvent.objects.get(record="lawnoticeseen")
    assert (event.act, event.by, event.patient, event.changed) == ("looked", doctor, patient, [])


def test_patient_of_another_practice_cannot_be_marked(doctor):
    patient = signed(doctor, **LOUISVILLE)
    assert look_at_law_notice(notice="x" * 20, patients=[patient.pk], by=factories.clinician()) == 0
    assert not LawNoticeSeen.objects.exists()


def test_page_says_what_to_do_and_seen_takes_it_off(client, doctor, time_machine_on):
    patient = signed(doctor, **LOUISVILLE)
    client.force_login(doctor)
    page = client.get("/").content.decode()
    assert "Ban starts 1 Jan 2027 in Kentucky" in page
    assert "1 patient; plan tapering" in page
    key = of(notices(doctor), "US-KY")[0].change.key
    answer = client.post("/law-changes/seen/", {"notice": key, "patient": [str(patient.pk), "nonsense"]})
    assert answer.status_code == 302
    assert "Ban starts" not in client.get("/").content.decode()


def test_auditor_cannot_mark(client, doctor):
    patient = signed(doctor, **LOUISVILLE)
    client.force_login(factories.person("Auditor", of=doctor.practice))
    assert client.post("/law-changes/seen/", {"notice": "x", "patient": [str(patient.pk)]}).status_code == 403


def test_queries_do_not_grow_with_patients(doctor):
    def count():
        with CaptureQueriesContext(connection) as queries:
            notices(doctor)
        return len(queries)

    signed(doctor, **LOUISVILLE)
    notices(doctor)
    few = count()
    for _ in range(5):
        signed(doctor, **LOUISVILLE)
    assert count() == few == 2


@pytest.fixture
def time_machine_on():
    import time_machine

    with time_machine.travel(f"{BEFORE_KENTUCKY}T12:00:00+00:00", tick=False):
        yield


@pytest.mark.parametrize(
    ("city", "county", "urgent"),
    [
        pytest.param("Alton", "Madison", False, id="town-bans-already"),
        pytest.param("Chicago", "Cook", True, id="state-row-alone-so-far"),
    ],
)
def test_ban_of_the_state_is_urgent_only_where_no_ban_held_before(doctor, city, county, urgent):
    row = StatusPeriod.objects.get(jurisdiction_id="US-IL", valid_until=None)
    values = {**model_to_dict(row, fields=actions.LAW_FIELDS), "status": "prohibited", "valid_from": date(2026, 12, 1)}
    actions.revise_status_period(period=row, values=values, by=doctor, reason="Ban")
    signed(doctor, city=city, county=county, state="IL", zip_code="")
    (found,) = of(notices(doctor), "US-IL")
    assert found.change.is_ban
    assert found.is_urgent is urgent
