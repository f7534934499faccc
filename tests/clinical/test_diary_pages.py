"""The diary pages: who may, reading a file with questions, storing whole or not at all, taking back."""

from datetime import UTC, datetime
from unittest.mock import patch

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinical.actions import diary as actions
from clinical.actions.diary import Dose, NothingToStore, ReadAlready, store_diary, take_back_diary
from clinical.forms import diary as diary_form
from clinical.models import AuditEvent, DiaryDose, DiaryImport
from clinical.permissions import AUDITOR, PRACTICE_ADMIN, REFERENCE_EDITOR
from tests import factories
from tests.clinical.typed import fields_in

CSV = "Date,Time,Product,Amount,Unit\n2026-11-02,08:00,kratom powder,3,g\n2026-11-02,20:00,kratom powder,2,g\n"
HARD = (
    "Date,Time,Product,Amount\n"
    "03/04/2026,08:00,my powder,3\n2026-03-08,02:30,my powder,3\n2026-03-09,02:30,my powder,300\n"
)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def desk(doctor) -> Client:
    return signed_in(doctor)


@pytest.fixture
def patient(doctor):
    doctor.practice.time_zone = "America/Chicago"
    doctor.practice.save()
    return factories.patient(doctor)


def url(patient, name: str = "diary", *more) -> str:
    return reverse(f"clinical:{name}", args=[patient.pk, *more])


def upload(desk, patient, text: str | bytes = CSV, zone: str = "America/Chicago"):
    content = text.encode() if isinstance(text, str) else text
    file = SimpleUploadedFile("doses.csv", content, content_type="text/csv")
    return desk.post(url(patient, "diary_import"), {"file": file, "time_zone": zone})


def answered(desk, patient, page, **values):
    shown = {name: value for name, value in fields_in(page).values.items() if name not in ("csrfmiddlewaretoken", "q")}
    return desk.post(url(patient, "diary_import"), {**shown, **values})


def dose(day: int = 2, **values) -> Dose:
    return Dose(**{"taken_at": datetime(2026, 11, day, 14, tzinfo=UTC), "product": "leaf_powder", **values})


def kept(doctor, patient, *doses: Dose, digest: str = "a" * 64) -> DiaryImport:
    doses = doses or (dose(amount=3.0, unit="g"),)
    return store_diary(patient=patient, by=doctor, digest=digest, time_zone="America/Chicago", doses=doses)


ADDRESSES = {"diary": "get", "diary_import": "get", "diary_take_back": "post"}


def address(name: str, doctor, patient) -> str:
    return url(patient, name, *([kept(doctor, patient).pk] if name == "diary_take_back" else []))


@pytest.mark.parametrize(("name", "method"), ADDRESSES.items(), ids=ADDRESSES.keys())
def test_diary_signed_out_other_role_and_other_practice(client, doctor, patient, name, method):
    where = address(name, doctor, patient)

    assert getattr(client, method)(where).status_code == 302
    assert getattr(signed_in(factories.person(REFERENCE_EDITOR, of=doctor.practice)), method)(where).status_code == 403
    assert getattr(signed_in(factories.clinician()), method)(where).status_code == 404


@pytest.mark.parametrize("role", [AUDITOR, PRACTICE_ADMIN])
def test_diary_is_read_but_not_written_by_those_who_only_read(doctor, patient, role):
    reader = signed_in(factories.person(role, of=doctor.practice))
    file = kept(doctor, patient)

    page = reader.get(url(patient))
    assert page.status_code == 200
    assert "Take this file back" not in page.content.decode()
    assert reader.get(url(patient, "diary_import")).status_code == 403
    assert reader.post(url(patient, "diary_take_back", file.pk)).status_code == 403


def test_taking_back_is_never_done_by_a_link(desk, doctor, patient):
    assert desk.get(url(patient, "diary_take_back", kept(doctor, patient).pk)).status_code == 405


def test_file_of_another_patient_is_not_taken_back_here(desk, doctor, patient):
    other = kept(doctor, factories.patient(doctor))

    assert desk.post(url(patient, "diary_take_back", other.pk)).status_code == 404


def test_plain_file_is_shown_first_and_stored_then(desk, patient):
    page = upload(desk, patient)
    assert "Rows read: 2. Questioned: 0. Refused: 0." in page.content.decode()
    assert not DiaryDose.objects.exists()

    response = answered(desk, patient, page, do="store")

    assert response.headers["Location"] == url(patient)
    stored = DiaryDose.objects.values_list("taken_at", "product", "as_written", "amount", "unit")
    assert list(stored) == [
        (datetime(2026, 11, 2, 14, tzinfo=UTC), "leaf_powder", "kratom powder", 3.0, "g"),
        (datetime(2026, 11, 3, 2, tzinfo=UTC), "leaf_powder", "kratom powder", 2.0, "g"),
    ]
    event = AuditEvent.objects.get(record="diaryimport")
    assert (event.act, event.patient, event.changed) == ("created", patient, ["doses"])


def test_diary_page_shows_the_day_its_times_and_its_amount(desk, patient):
    answered(desk, patient, upload(desk, patient), do="store")

    page = desk.get(url(patient)).content.decode()
    assert "Mon 2 Nov 2026" in page
    assert "08:00, 20:00" in page
    assert "5 grams" in page
    assert "No milligrams of mitragynine are worked out" in page


def test_hour_that_came_twice_says_which_of_the_two_it_was(desk, doctor, patient):
    hours = (6, 7, 8)  # 01:30 before and after the clocks went back in Chicago, then 02:30
    kept(doctor, patient, *(dose(taken_at=datetime(2026, 11, 1, hour, 30, tzinfo=UTC)) for hour in hours))

    assert "01:30 CDT, 01:30 CST, 02:30<" in desk.get(url(patient)).content.decode()


def test_leaf_and_7oh_of_one_day_stand_apart(desk, doctor, patient):
    kept(
        doctor,
        patient,
        dose(amount=3.0, unit="g"),
        dose(product="7oh", amount=20.0, unit="mg_7oh"),
        dose(product="7oh"),
    )

    page = desk.get(url(patient)).content.decode()
    assert "3 grams" in page
    assert "20 mg 7-OH (label), 1 dose without an amount" in page


def test_hard_file_is_asked_about_and_nothing_is_stored_until_answered(desk, patient):
    page = upload(desk, patient, HARD)
    text = page.content.decode()
    assert "Which product is “my powder”?" in text

    page = answered(desk, patient, page, do="look", product_0="leaf_powder")
    text = page.content.decode()
    assert page.status_code == 200
    assert "Rows read: 0. Questioned: 2. Refused: 1." in text
    assert "2026-03-08 02:30 did not exist in America/Chicago" in text

    page = answered(desk, patient, page, do="store", unit="g")
    assert page.status_code == 422
    assert "Answer every question about the file first." in page.content.decode()
    page = answered(desk, patient, page, do="store", day_first="no")
    assert page.status_code == 422
    assert "Look at the questioned rows." in page.content.decode()
    assert "Some rows cannot be stored." in page.content.decode()
    assert not DiaryImport.objects.exists()

    response = answered(desk, patient, page, do="store", so_it_is="on", without_refused="on")
    assert response.status_code == 302
    assert list(DiaryDose.objects.values_list("amount", "unit")) == [(3.0, "g"), (300.0, "g")]


def test_time_zone_may_be_changed_in_the_preview(desk, patient):
    page = upload(desk, patient)
    answered(desk, patient, page, do="store", time_zone="Europe/Berlin")

    assert DiaryImport.objects.get().time_zone == "Europe/Berlin"
    assert DiaryDose.objects.first().taken_at == datetime(2026, 11, 2, 7, tzinfo=UTC)


def test_unknown_time_zone_is_refused_in_both_steps(desk, patient):
    assert upload(desk, patient, zone="Mars/Base").status_code == 422
    page = answered(desk, patient, upload(desk, patient), do="store", time_zone="../etc")

    assert page.status_code == 422
    assert "Enter a time zone such as America/Chicago" in page.content.decode()


FILES = {
    "spreadsheet": (b"PK\x03\x04rest", "Save it as CSV"),
    "other letters": ("Date,Time\n2026-11-02,08:00,caf\xe9".encode("latin-1"), "in UTF-8"),
    "no text": (b"a\x00b", "no text"),
    "only blanks": (b"  \n", "no text"),
    "no headings": (b"1,2,3\n", "must name the columns"),
    "too large": (b"x" * 300_001, "Larger than 300 kB"),
    "many products": (
        ("date,time,product\n" + "".join(f"2026-11-02,08:00,p{n}\n" for n in range(41))).encode(),
        "more than 40 different names",
    ),
}


@pytest.mark.parametrize(("content", "words"), FILES.values(), ids=FILES.keys())
def test_file_that_cannot_be_read_is_refused_in_words(desk, patient, content, words):
    response = upload(desk, patient, content)

    assert response.status_code == 422
    assert words in response.content.decode()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_marks_of_a_spreadsheet_program_do_no_harm(desk, patient, encoding):
    assert "Rows read: 2." in upload(desk, patient, CSV.encode(encoding)).content.decode()


def test_no_file_is_refused(desk, patient):
    assert desk.post(url(patient, "diary_import"), {"time_zone": "UTC"}).status_code == 422


def test_the_same_file_twice_is_refused(desk, patient):
    page = upload(desk, patient)
    answered(desk, patient, page, do="store")

    again = answered(desk, patient, page, do="store", without_refused="on")
    assert again.status_code == 422
    assert upload(desk, patient).status_code == 422
    assert (DiaryImport.objects.count(), DiaryDose.objects.count()) == (1, 2)


def test_the_same_file_stored_at_once_is_refused_by_the_database(doctor, patient):
    kept(doctor, patient)

    with pytest.raises(ReadAlready):
        kept(doctor, patient, dose(day=3))
    assert DiaryDose.objects.count() == 1


def test_page_sent_twice_is_told_so(desk, patient):
    page = upload(desk, patient)
    with patch("clinical.views.diary.store_diary", side_effect=ReadAlready("This file was read already.")):
        response = answered(desk, patient, page, do="store")

    assert response.headers["Location"] == url(patient)


def test_doses_of_a_longer_export_are_not_stored_twice(desk, patient):
    answered(desk, patient, upload(desk, patient), do="store")
    page = upload(desk, patient, CSV + "2026-11-03,08:00,kratom powder,3,g\n")

    assert "Rows read: 1. Questioned: 0. Refused: 2." in page.content.decode()
    answered(desk, patient, page, do="store", without_refused="on")
    assert DiaryDose.objects.count() == 3


@pytest.mark.parametrize("age", [-1, None], ids=["too old", "changed"])
def test_preview_that_is_not_ours_is_refused(desk, patient, age):
    page = upload(desk, patient)
    changed = {"carried": "x"} if age is None else {}
    with patch.object(diary_form, "CARRIED_SECONDS", -1 if age else diary_form.CARRIED_SECONDS):
        response = answered(desk, patient, page, do="store", **changed)

    assert response.status_code == 422
    assert "Choose the file again." in response.content.decode()
    assert not DiaryImport.objects.exists()


def test_preview_of_one_patient_is_not_stored_for_another(desk, doctor, patient):
    page = upload(desk, patient)

    assert answered(desk, factories.patient(doctor), page, do="store").status_code == 422
    assert not DiaryImport.objects.exists()


def test_file_taken_back_no_longer_counts_and_may_be_read_again(desk, patient):
    answered(desk, patient, upload(desk, patient), do="store")
    file = DiaryImport.objects.get()
    desk.post(url(patient, "diary_take_back", file.pk))
    desk.post(url(patient, "diary_take_back", file.pk))

    page = desk.get(url(patient)).content.decode()
    assert "No dose in the diary. That is not the same as no use." in page
    assert "taken back" in page
    assert AuditEvent.objects.filter(act="taken back", record="diaryimport").count() == 1
    answered(desk, patient, upload(desk, patient), do="store")
    assert DiaryImport.objects.count() == 2


def test_nothing_is_half_stored_when_the_audit_fails(doctor, patient):
    with patch.object(actions, "note", side_effect=RuntimeError), pytest.raises(RuntimeError):
        kept(doctor, patient)

    assert not DiaryImport.objects.exists()
    assert not DiaryDose.objects.exists()


def test_empty_diary_is_not_kept(doctor, patient):
    with pytest.raises(NothingToStore):
        store_diary(patient=patient, by=doctor, digest="a" * 64, time_zone="UTC", doses=())


def test_actions_ask_for_the_role_themselves(doctor, patient):
    auditor = factories.person(AUDITOR, of=doctor.practice)
    with pytest.raises(PermissionDenied):
        kept(auditor, patient)
    with pytest.raises(PermissionDenied):
        take_back_diary(kept=kept(doctor, patient), by=auditor)


def test_diary_page_takes_as_many_queries_for_a_hundred_doses_as_for_one(desk, doctor, patient):
    kept(doctor, patient)
    desk.get(url(patient))
    with CaptureQueriesContext(
        connection,
    ) as few:
        desk.get(url(patient))
    kept(doctor, patient, *(dose(day=1 + n % 20, amount=float(n + 1), unit="g") for n in range(100)), digest="b" * 64)
    with CaptureQueriesContext(connection) as many:
        desk.get(url(patient))

    assert len(many) == len(few) <= 8


def test_what_was_written_is_shown_as_text(desk, doctor, patient):
    kept(doctor, patient, dose(as_written="<b>powder</b>"))

    assert "&lt;b&gt;powder&lt;/b&gt;" in desk.get(url(patient)).content.decode()
