"""Invented patients with several signed visits: one who stops and starts again, and one seen every week."""

from datetime import date, timedelta

from clinical.models import Patient, User
from clinical.records import UseRecord, VisitRecord
from tests import factories

SEVEN_OH = UseRecord(
    product="7oh", amount=30.0, unit="mg_7oh", per="day", doses_per_day=3.0, days_per_week=7.0, months_of_use=1.0,
    hours_since_last_use=5.0,
)  # fmt: skip


def phq9(total: int) -> tuple[int, ...]:
    """Nine answers with this total, the last one as low as can be."""
    return tuple(min(3, max(0, total - 3 * item)) for item in range(9))


def stopped(hours: float | None) -> tuple[UseRecord, ...]:
    return (factories.leaf(hours_since_last_use=hours, stopped=True),)


def story() -> tuple[VisitRecord, ...]:
    """Full visit, an agreed day, six days after it, a month, three months, and use again with a 7-OH product."""
    visit = factories.visit
    return (
        visit("sertraline 50 mg", visit_on=date(2026, 1, 10), phq9=phq9(17)),
        visit(
            "sertraline 50 mg",
            visit_on=date(2026, 2, 10),
            phq9=phq9(16),
            change_plan="quit",
            change_on=date(2026, 2, 20),
        ),
        visit("sertraline 50 mg", visit_on=date(2026, 2, 26), phq9=phq9(18), uses=stopped(144.0)),
        visit("sertraline 100 mg", visit_on=date(2026, 3, 20), phq9=phq9(8), uses=stopped(28 * 24.0), quit_attempts=2),
        visit("sertraline 100 mg", visit_on=date(2026, 6, 5), phq9=phq9(4), asked="does_not", uses=()),
        visit("mirtazapine 15 mg", visit_on=date(2026, 9, 10), phq9=phq9(13), uses=(factories.leaf(), SEVEN_OH)),
    )


def patient_of(doctor: User, records: tuple[VisitRecord, ...]) -> Patient:
    """A patient with these visits, each signed."""
    patient = factories.patient(doctor, conditions=("major_depression",))
    for record in records:
        factories.signed_visit(doctor, of=patient, record=record)
    return patient


def weekly(visits: int) -> tuple[VisitRecord, ...]:
    """A visit every week: scores rise and fall, medicines change twice, kratom stops for a while each year."""
    records = []
    for number in range(visits):
        day = factories.VISIT_DAY - timedelta(weeks=visits - 1 - number)
        season = number % 52
        uses = (factories.leaf(),) if season < 40 else stopped((season - 39) * 7 * 24.0)
        total = 6 + (number * 7) % 13 if season < 40 else max(2, 14 - (season - 40))
        dose = ("sertraline 50 mg", "sertraline 100 mg", "venlafaxine 75 mg")[number * 3 // visits]
        records.append(factories.visit(dose, visit_on=day, uses=uses, phq9=phq9(total)))
    return tuple(records)
