"""A prepared query answers as the plain one does, asks the database at every call, and keeps nothing of an answer."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import Count, Exists, F, OuterRef

from clinical.models import Consultation, KratomUseRow, Patient
from clinical.prepared import NotPreparable, Prepared
from tests import factories

DAY = factories.VISIT_DAY
USED = KratomUseRow.objects.filter(consultation=OuterRef("pk"))
BUILDS = {
    "rows whole": lambda key, day: Consultation.objects.filter(patient=key, visit_on__lte=day),
    "joined": lambda key, day: Consultation.objects.filter(patient=key, visit_on__lte=day).select_related(
        "patient__practice", "signed_by", "amends"
    ),
    "few columns": lambda key, day: (
        Consultation.objects.filter(patient=key, visit_on=day).select_related("patient").only("asked", "patient__name")
    ),
    "with a count": lambda key, day: Consultation.objects.filter(patient=key, visit_on__lte=day).annotate(
        uses=Count("kratom_uses"), any=Exists(USED)
    ),
    "tuples": lambda key, day: Consultation.objects.filter(patient=key, visit_on__lte=day).values_list("pk", "asked"),
    "mappings": lambda key, day: Consultation.objects.filter(patient=key, visit_on__lte=day).values(
        "asked", name=F("patient__name")
    ),
    "one column": lambda key, day: Consultation.objects.filter(patient=key, visit_on__lte=day).values_list(
        "visit_on", flat=True
    ),
    "the first two": lambda key, day: Consultation.objects.filter(patient=key, visit_on__lte=day)[:2],
}


@pytest.fixture
def patients(transactional_db) -> list[Patient]:
    doctor = factories.clinician()
    found = [factories.patient(doctor), factories.patient(doctor)]
    for number, of in enumerate((*found, *found, found[0])):
        record = factories.visit("tramadol 50 mg", visit_on=DAY - timedelta(days=number))
        factories.draft(doctor, of=of, record=record)
    return found


def plain(rows: list) -> list:
    """Rows with everything that was read of them and of what they point to."""
    return [vars_of(row) if isinstance(row, Consultation) else row for row in rows]


def vars_of(row) -> dict:
    held = {name: value for name, value in vars(row).items() if name != "_state"}
    return {**held, **{name: vars_of(other) for name, other in row._state.fields_cache.items() if other}}


@pytest.mark.parametrize("build", [pytest.param(build, id=name) for name, build in BUILDS.items()])
def test_answer_is_that_of_the_plain_query_for_any_values(patients, build):
    asked = Prepared(build, UUID, date)
    for of in (*patients, *patients):
        for day in (DAY, DAY - timedelta(days=2), DAY - timedelta(days=90)):
            assert plain(asked(of.pk, day)) == plain(list(build(of.pk, day)))


def test_each_call_asks_anew_and_makes_rows_of_its_own(patients, django_assert_num_queries):
    asked = Prepared(BUILDS["rows whole"], UUID, date)
    before = asked(patients[0].pk, DAY)
    before[0].plan = "changed in memory alone"
    Consultation.objects.filter(pk=before[1].pk).update(plan="changed in the database")
    with django_assert_num_queries(1):
        after = {row.pk: row.plan for row in asked(patients[0].pk, DAY)}
    assert (after[before[0].pk], after[before[1].pk]) == ("", "changed in the database")


def test_first_row_is_none_where_there_is_none(patients):
    asked = Prepared(BUILDS["rows whole"], UUID, date)
    assert asked.first(patients[0].pk, DAY).patient_id == patients[0].pk
    assert asked.first(patients[0].pk, date(1900, 1, 1)) is None


def test_every_thread_asks_over_its_own_connection(patients):
    asked = Prepared(BUILDS["joined"], UUID, date)

    def names(of: Patient) -> set[str]:
        try:
            return {row.patient.name for row in asked(of.pk, DAY)}
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(names, patients * 8))
    assert found == [{of.name} for of in patients * 8]


@pytest.mark.parametrize(
    ("build", "kinds"),
    [
        pytest.param(
            lambda number: Consultation.objects.filter(version__in=[number]).none(), (int,), id="asks nothing"
        ),
        pytest.param(lambda number: Consultation.objects.all(), (int,), id="value left out"),
        pytest.param(lambda number: Consultation.objects.filter(asked__contains=number), (int,), id="value rewritten"),
        pytest.param(
            lambda number: Consultation.objects.filter(version=number).prefetch_related("medications"),
            (int,),
            id="asks twice",
        ),
    ],
)
def test_query_that_a_value_would_change_is_refused(db, build, kinds):
    with pytest.raises(NotPreparable):
        Prepared(build, *kinds)(1)


@pytest.mark.parametrize("values", [(), (None,), (1, 2)])
def test_values_that_do_not_fit_are_refused(db, values):
    with pytest.raises(NotPreparable):
        Prepared(lambda number: Consultation.objects.filter(version=number), int)(*values)
