"""Invented charts to measure pages on: a practice of 500 patients, a chart of 20 visits, drafts of many medicines."""

from datetime import date, timedelta

from clinical.models import Consultation, Patient, User
from clinical.records import MedicationRecord, VisitRecord
from tests import factories

MEDICINES = (
    "Ultram 50 mg prn", "quetiapine 100 mg at bedtime", "sertraline 50 mg", "lisinopril 10 mg daily",
    "metformin 500 mg bid", "atorvastatin 20 mg", "gabapentin 300 mg tid", "omeprazole 20 mg", "alprazolam 0.5 mg",
    "amoxicillin 500 mg",
    "warfarin 5 mg", "levothyroxine 75 mcg", "amlodipine 5 mg", "losartan 50 mg", "metoprolol 50 mg bid",
    "hydrochlorothiazide 25 mg", "furosemide 40 mg", "prednisone 5 mg", "montelukast 10 mg", "trazodone 50 mg qhs",
    "fluoxetine 20 mg", "citalopram 20 mg", "escitalopram 10 mg", "venlafaxine 75 mg", "bupropion 150 mg",
    "clonazepam 0.5 mg", "zolpidem 5 mg qhs", "oxycodone 5 mg prn", "methadone 40 mg", "buprenorphine 8 mg",
    "fluconazole 150 mg", "clarithromycin 500 mg", "carbamazepine 200 mg", "phenytoin 100 mg", "lamotrigine 100 mg",
    "lithium 300 mg", "haloperidol 5 mg", "risperidone 2 mg", "digoxin 0.125 mg", "loperamide 2 mg",
)  # fmt: skip


def visit_with(medicines: int) -> VisitRecord:
    lines = tuple(MedicationRecord(entered=name) for name in MEDICINES[:medicines])
    return factories.visit(medications=(*lines, MedicationRecord(entered="alcohol", kind="other")))


def draft_with(doctor: User, medicines: int) -> Consultation:
    patient = factories.patient(doctor, conditions=("long_qt_syndrome", "major_depression"))
    return factories.draft(doctor, of=patient, record=visit_with(medicines))


def chart_with(doctor: User, visits: int) -> Patient:
    """A patient with signed visits, a month apart."""
    patient = factories.patient(doctor, conditions=("long_qt_syndrome",))
    for number in range(visits):
        day = factories.VISIT_DAY - timedelta(days=30 * number)
        record = factories.visit("tramadol 50 mg", "quetiapine 100 mg", visit_on=day)
        factories.signed_visit(doctor, of=patient, record=record)
    return patient


def many_patients(doctor: User, number: int) -> None:
    """Patients with one visit each."""
    patients = [
        Patient(
            practice=doctor.practice,
            created_by=doctor,
            name=f"Vale, Jordan {index:03d}",
            record_number=f"R{index:05d}",
            born_on=date(1940, 1, 1) + timedelta(days=50 * (index % 500)),
            sex="female",
            zip_code="38103",
            city="Memphis",
            county="Shelby County",
            state="TN",
        )
        for index in range(number)
    ]
    Patient.objects.bulk_create(patients, batch_size=1000)
    visits = (
        Consultation(patient=one, visit_on=factories.VISIT_DAY, asked="uses", created_by=doctor) for one in patients
    )
    Consultation.objects.bulk_create(visits, batch_size=1000)
