"""What was signed or shown stays, against any SQL of the application's own database user."""

import pytest
from django.db import ProgrammingError, connection, transaction

from clinical.models import Consultation, KratomUseRow, MedicationTaken
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed(doctor):
    return factories.signed_visit(doctor, record=factories.visit("tramadol 50 mg", "sertraline"))


@pytest.fixture
def draft(doctor):
    return factories.draft(doctor, record=factories.visit("tramadol 50 mg", "sertraline"))


def run_sql(statement: str, **values) -> int:
    """Run one statement, keys of earlier rows settled first, and count its rows."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement, values)
        return cursor.rowcount


APPEND_ONLY = {
    "clinical_auditevent": "act = 'something else'",
    "clinical_screeningrun": "facts_digest = ''",
    "clinical_screeningflag": "severity = 'minor'",
    "clinical_flaganswer": "answer = 'later'",
    "clinical_keptknowledge": "content = ''",
    "clinical_referencechange": "reason = 'another'",
}


@pytest.fixture
def one_of_each(signed):
    """A signed visit fills every append-only table but one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO clinical_referencechange (reason, model, key, revision, before, after)"
            " VALUES ('typing error', 'condition', 'x', 2, '{}', '{}')"
        )


@pytest.mark.parametrize(("table", "change"), APPEND_ONLY.items(), ids=APPEND_ONLY)
@pytest.mark.parametrize("act", ["UPDATE", "DELETE", "TRUNCATE"])
@pytest.mark.usefixtures("one_of_each")
def test_append_only_table_refuses(act, table, change):
    statement = {
        "UPDATE": f"UPDATE {table} SET {change}",
        "DELETE": f"DELETE FROM {table}",
        "TRUNCATE": f"TRUNCATE {table} CASCADE",
    }[act]
    before = run_sql(f"SELECT * FROM {table}")
    assert before > 0
    with pytest.raises(ProgrammingError, match="pgtrigger: Cannot"):
        run_sql(statement)
    assert run_sql(f"SELECT * FROM {table}") == before


SIGNED_CHANGES = {
    "change the plan": "UPDATE clinical_consultation SET plan = 'another' WHERE id = %(id)s",
    "take the signature off": (
        "UPDATE clinical_consultation SET signed_at = NULL, signed_by_id = NULL, signed_run_id = NULL WHERE id = %(id)s"
    ),
    "remove the visit": "DELETE FROM clinical_consultation WHERE id = %(id)s",
    "remove all visits": "TRUNCATE clinical_consultation CASCADE",
    "change a use": "UPDATE clinical_kratomuserow SET amount = 1 WHERE consultation_id = %(id)s",
    "remove a use": "DELETE FROM clinical_kratomuserow WHERE consultation_id = %(id)s",
    "add a use": (
        "INSERT INTO clinical_kratomuserow (consultation_id, position, product, brand, unit, per, stopped)"
        " VALUES (%(id)s, 9, 'tea', '', '', 'dose', false)"
    ),
    "remove all uses": "TRUNCATE clinical_kratomuserow",
    "change a medicine": "UPDATE clinical_medicationtaken SET entered = 'x' WHERE consultation_id = %(id)s",
    "remove a medicine": "DELETE FROM clinical_medicationtaken WHERE consultation_id = %(id)s",
    "add a medicine": (
        "INSERT INTO clinical_medicationtaken (consultation_id, position, kind, entered, phase, route)"
        " VALUES (%(id)s, 9, 'medicine', 'x', '', '')"
    ),
    "remove all medicines": "TRUNCATE clinical_medicationtaken",
    "move a medicine out": (
        "UPDATE clinical_medicationtaken SET consultation_id = %(other)s WHERE consultation_id = %(id)s"
    ),
    "move a medicine in": (
        "UPDATE clinical_medicationtaken SET consultation_id = %(id)s WHERE consultation_id = %(other)s"
    ),
}


@pytest.mark.parametrize("statement", SIGNED_CHANGES.values(), ids=SIGNED_CHANGES)
def test_signed_visit_refuses(statement, signed, draft):
    before = rows_of(signed)
    with pytest.raises(ProgrammingError, match="pgtrigger: Cannot"):
        run_sql(statement, id=signed.pk, other=draft.pk)
    assert rows_of(signed) == before


def rows_of(visit: Consultation) -> tuple:
    """Everything the visit holds, as stored."""
    return (
        list(Consultation.objects.filter(pk=visit.pk).values()),
        list(KratomUseRow.objects.filter(consultation=visit).values()),
        list(MedicationTaken.objects.filter(consultation=visit).values()),
    )


@pytest.mark.parametrize(
    ("statement", "rows"),
    [
        ("UPDATE clinical_consultation SET plan = 'another' WHERE id = %(id)s", 1),
        ("UPDATE clinical_kratomuserow SET amount = 1 WHERE consultation_id = %(id)s", 1),
        ("DELETE FROM clinical_medicationtaken WHERE consultation_id = %(id)s", 2),
    ],
    ids=["visit", "use", "medicines"],
)
def test_draft_may_change(statement, rows, draft):
    assert run_sql(statement, id=draft.pk) == rows


@pytest.mark.parametrize(
    "change",
    ["title = 'Softer'", "severity = 'minor'", "action = 'Nothing'", "revision = 9", "opened_at = now()"],
)
def test_rule_revision_keeps_its_words(change):
    with pytest.raises(ProgrammingError, match="pgtrigger: Cannot"):
        run_sql(f"UPDATE clinical_interactionrule SET {change} WHERE code = 'tramadol'")


def test_rule_revision_may_close_and_is_never_removed():
    assert run_sql("UPDATE clinical_interactionrule SET closed_at = now() WHERE code = 'tramadol'") == 1
    with pytest.raises(ProgrammingError, match="pgtrigger: Cannot"):
        run_sql("DELETE FROM clinical_interactionrule WHERE code = 'tramadol'")
