"""Malformed requests: every page, every role, seeded nonsense in every field. Refused in words, never a failure."""

import random
import sys
import time
import traceback
from collections.abc import Iterator
from datetime import date

import pytest
from django.core.signals import got_request_exception
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver

from clinical.models import FollowUp, InteractionRule, User
from clinical.permissions import AUDITOR, PRACTICE_ADMIN, REFERENCE_EDITOR
from tests import factories
from tests.clinical.typed import WRITTEN, fields_in, typed

NONSENSE = (
    "", " ", "\x00", "a\x00b", "\u202egnp.exe", "<script>alert(1)</script>", "=1+1", "'; DROP TABLE x;--", "%s%(x)s{}",
    "1e308", "1e309", "-1e309", "NaN", "inf", "-inf", "１２", "²²²²", "٤٣٢١", "0000", "9" * 5000, "-1", "1.5", "1_000",
    "0001-01-01", "9999-12-31", "2026-02-30", "0000-00-00", "١٩٩٩-٠١-٠١", "😀",
    "a" * 9000, "ß" * 400, "(" * 300, "[", "medicine-²", "medicine-" + "9" * 5000, "kratom-0",
    "00000000-0000-0000-0000-000000000000", "not-a-uuid", "True", "null", "\r\nX-Header: 1", "../../etc/passwd",
    "//example.com", "javascript:alert(1)", "a,b;c\nd", "\u200b",
)  # fmt: skip
NAMES = (
    "q", "page", "next", "place", "on", "age", "zip_code", "city", "state", "revision", "do", "add", "remove", "over",
    "version", "new_id", "visit_on", "run", "reason", "pasted", "conditions", "conditions_add", "conditions_label",
    "flag0-rule", "flag0-about", "flag0-answer", "flag0-follow_up_on", "o", "p", "e", "all", "by", "act", "at__year",
    "visit_on__year", "visit_on__month", "_popup", "_changelist_filters", "action", "_selected_action",
    "objects-TOTAL_FORMS", "objects-INITIAL_FORMS", "modifiers-TOTAL_FORMS", "seen_revision", "login", "password",
    "email", "key", "code", "id", "kratom-0-amount", "kratom-9999-amount", "medicine-0-chosen", "medicine-0-entered",
    "other-0-started_on", "cows", "failed_quits", "app_label", "model_name", "field_name", "term", "patient__name",
)  # fmt: skip
REQUESTS_EACH = 45


@pytest.fixture
def people(db) -> dict[str, User]:
    """One person of each kind, and a practice with a draft, a signed visit and a follow-up."""
    doctor = factories.clinician()
    found = {role: factories.person(role, of=doctor.practice) for role in (PRACTICE_ADMIN, AUDITOR, REFERENCE_EDITOR)}
    ruler = factories.person()
    User.objects.filter(pk=ruler.pk).update(is_superuser=True, is_staff=True, practice=None)
    return {"clinician": doctor, "nobody": factories.person(), **found, "superuser": User.objects.get(pk=ruler.pk)}


@pytest.fixture
def known(people) -> dict[str, list[str]]:
    """Arguments of addresses that lead somewhere."""
    doctor = people["clinician"]
    patient = factories.patient(doctor)
    draft, signed = factories.draft(doctor, of=patient), factories.signed_visit(doctor, of=patient)
    task = FollowUp.objects.create(
        patient=patient, consultation=signed, due_on=date(2026, 12, 1), what="Call", owner=doctor
    )
    rule = InteractionRule.objects.filter(closed_at=None)[0]
    return {
        "patient_id": [str(patient.pk)],
        "consultation_id": [str(draft.pk), str(signed.pk)],
        "follow_up_id": [str(task.pk), "9" * 30],
        "rule_id": [str(rule.pk), "9" * 30],
        "pk": ["1", "9" * 30],
        "code": [rule.code, "US-TN", "a\x00b"],
        "object_id": [str(patient.pk), str(signed.pk), str(rule.pk), "a_00b", "not-a-uuid", "9" * 30],
        "app_label": ["clinical", "nothing"],
        "content_type_id": ["1", "9" * 30],
    }


def _routes(patterns, before: str = "") -> Iterator[str]:
    for entry in patterns:
        if isinstance(entry, URLResolver):
            yield from _routes(entry.url_patterns, before + str(entry.pattern))
        elif isinstance(entry, URLPattern):
            yield before + str(entry.pattern)


def _address(route: str, known: dict[str, list[str]], chance: random.Random) -> str:
    """A route with its arguments filled in; those nobody knows with nonsense."""
    parts = []
    for part in route.replace("^", "").replace("$", "").split("<"):
        argument, closed, rest = part.rpartition(">")
        name = argument.rpartition(":")[2]
        parts.append((chance.choice(known.get(name, ["1", "x"])) if closed else "") + rest)
    return "/" + "".join(parts)


def _fields(chance: random.Random, start: dict[str, str]) -> dict[str, str]:
    names = [*start, *chance.sample(NAMES, 4)]
    return {**start, **{chance.choice(names): chance.choice(NONSENSE) for _ in range(chance.randint(1, 5))}}


WHO = ("signed out", "clinician", "nobody", PRACTICE_ADMIN, AUDITOR, REFERENCE_EDITOR, "superuser")


@pytest.mark.parametrize("who", WHO)
def test_nonsense_is_answered_without_a_failure(people, known, who):
    chance = random.Random(f"kratom {who}")
    client = Client(raise_request_exception=False)
    failed = []

    def remember(request, **_named):
        kind, error, place = sys.exc_info()
        last = traceback.extract_tb(place)[-1]
        failed.append((request.method, request.path, kind.__name__, str(error)[:80], f"{last.filename}:{last.lineno}"))

    got_request_exception.connect(remember)
    routes = [route for route in dict.fromkeys(_routes(get_resolver().url_patterns)) if "logout" not in route]
    for route in chance.sample(routes, REQUESTS_EACH):
        if who != "signed out":
            client.force_login(people[who])  # the address before may have led out
        path = _address(route, known, chance)
        asked = client.get(path, _fields(chance, {}))
        start = fields_in(asked).values if "text/html" in asked.headers.get("Content-Type", "") else {}
        typed = {name: value for name, value in ({**start, **WRITTEN} if "consult" in path else start).items() if name}
        posted = client.post(path, _fields(chance, typed))
        assert failed or max(asked.status_code, posted.status_code) < 500, path
    got_request_exception.disconnect(remember)
    assert failed == []


@pytest.fixture
def desk(people) -> Client:
    client = Client()
    client.force_login(people["clinician"])
    return client


@pytest.mark.parametrize("wanted", ["²²²²", "0000", "1899-99-99", "9999999999999"])
def test_search_for_a_year_that_is_none_finds_nobody(desk, wanted):
    assert desk.get("/patients/", {"q": wanted}).context["page"].paginator.count == 0


def test_search_for_very_many_words_costs_no_more_than_for_some(desk):
    with CaptureQueriesContext(connection) as asked:
        assert desk.get("/patients/", {"q": "a " * 3000}).status_code == 200
    assert max(len(query["sql"]) for query in asked) < 10_000


@pytest.mark.parametrize("path", ["/patients/?q=%00", "/evidence/?q=a%00", "/legal/a%00b/", "/patients/?%00=1"])
def test_zero_byte_in_an_address_is_refused(desk, path):
    assert desk.get(path).status_code == 400


@pytest.mark.parametrize("number", ["inf", "-inf", "nan", "1e308", "1e309", "²"])
def test_number_that_is_none_is_refused_at_its_field(desk, known, number):
    answer = desk.post(f"/consultations/{known['consultation_id'][0]}/", typed(do="save", cows=number))
    assert answer.status_code == 422
    assert "id_cows" in answer.content.decode()


@pytest.mark.parametrize(
    "extra", [{"over": "9" * 5000}, {"remove": "medicine-²"}, {"remove": "medicine-" + "9" * 5000}]
)
def test_button_with_a_number_that_is_none_keeps_the_page(desk, known, extra):
    answer = desk.post(f"/consultations/{known['consultation_id'][0]}/", typed(plan="Kept", **extra))
    assert answer.status_code in (200, 409)
    assert "Kept" in answer.content.decode()


def test_condition_key_that_does_not_exist_never_reaches_screening(desk, known):
    data = typed(conditions="no_such_key", conditions_add="zzzz")
    answer = desk.post(f"/patients/{known['patient_id'][0]}/what-matters/", data)
    assert answer.status_code == 200
    assert "no_such_key" not in answer.content.decode()


def test_pasted_list_beyond_all_measure_stays_in_its_box(desk, known):
    pasted = "\n".join(f"medicine {number}" for number in range(20_000))
    answer = desk.post(f"/consultations/{known['consultation_id'][0]}/", typed(add="medicine", pasted=pasted))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "medicine 19999" in page
    assert page.count('name="medicine-') < 40
    assert "It is not read yet" in page


def test_conditions_beyond_all_measure_are_refused_unread(desk, known, monkeypatch):
    monkeypatch.setattr("clinical.vocabulary.lookup.resolve_condition", None)
    data = typed(do="save", conditions_add="a," * 100_000)
    assert desk.post(f"/consultations/{known['consultation_id'][0]}/", data).status_code == 422


def test_fullest_visit_can_be_sent(desk, known):
    rows = {f"{kind}-{row}-{name}": "" for kind in ("medicine", "other") for row in range(120) for name in "abcdef"}
    assert len(rows) > 1000
    assert desk.post(f"/consultations/{known['consultation_id'][0]}/", typed(do="check", **rows)).status_code == 200


def test_rows_that_no_page_could_make_are_refused_at_once(desk, known):
    rows = {f"medicine-{number}-entered": "x" for number in range(361)}
    assert desk.post(f"/consultations/{known['consultation_id'][0]}/", typed(do="save", **rows)).status_code == 400


def test_passkey_page_opens(desk):
    session = desk.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session.save()
    assert desk.get("/account/2fa/webauthn/").status_code == 200
