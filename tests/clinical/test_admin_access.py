"""Who gets into which room of the admin, and that nobody deletes anything."""

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.urls import reverse

from clinical.models import (
    AlertStewardship,
    AuditEvent,
    Condition,
    Consultation,
    FlagAnswer,
    InteractionRule,
    Practice,
    ReferenceCase,
    ReferenceChange,
    ReferenceTable,
    ReferenceVersion,
    Role,
    RuleDraft,
    RuleToReview,
    RxNormConcept,
    RxNormRelease,
    ScreeningFlag,
    ScreeningRun,
    Source,
    Substance,
    SubstanceName,
    SubstanceRole,
    UnrecognisedName,
    User,
)
from clinical.permissions import AUDITOR, CLINICIAN, PRACTICE_ADMIN, REFERENCE_EDITOR, REFERENCE_REVIEWER, ROLES
from tests import factories

pytestmark = pytest.mark.django_db

RXNORM = (RxNormConcept, RxNormRelease)
REFERENCE = (
    Source, Substance, SubstanceName, Role, SubstanceRole, Condition, InteractionRule, ReferenceTable, ReferenceVersion,
    ReferenceChange, ReferenceCase, RuleDraft, *RXNORM,
)  # fmt: skip
EDITABLE = (Source, Substance, SubstanceName, Role, SubstanceRole, Condition, ReferenceTable, ReferenceCase)
PEOPLE = (Practice, User, Group)
AUDIT = (AuditEvent, LogEntry)
VISITS = (Consultation, ScreeningRun, ScreeningFlag, FlagAnswer)
DESK = (UnrecognisedName,)
QUEUE = (RuleToReview,)
STEWARDSHIP = (AlertStewardship,)
OURS = (*REFERENCE, *DESK, *QUEUE, *STEWARDSHIP, *PEOPLE, *AUDIT, *VISITS)
# The queue and the stewardship table are worked out, and have tests of their own.
LISTS = tuple(model for model in OURS if model not in (*QUEUE, *STEWARDSHIP))

# Which lists each role may open.
OPENS = {
    CLINICIAN: (),
    REFERENCE_EDITOR: (*REFERENCE, *DESK, *QUEUE, *STEWARDSHIP),
    REFERENCE_REVIEWER: (*REFERENCE, *QUEUE, *STEWARDSHIP),
    PRACTICE_ADMIN: (*REFERENCE, *STEWARDSHIP, *PEOPLE, *AUDIT),
    AUDITOR: (*REFERENCE, *STEWARDSHIP, *AUDIT, *VISITS),
    "superuser": (*REFERENCE, *DESK, *QUEUE, *STEWARDSHIP, *PEOPLE),
}


def address(model, page="changelist", *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.fixture
def enter(client):
    """Signs in somebody by role and answers the client."""

    def sign_in(role, of=None):
        who = factories.person(*([role] if role in ROLES else []), of=of)
        if role == "superuser":
            User.objects.filter(pk=who.pk).update(is_superuser=True, is_staff=True, practice=None)
            who.refresh_from_db()
        client.force_login(who)
        return client

    return sign_in


def test_every_role_stands_in_the_grid():
    assert set(OPENS) == {*ROLES, "superuser"}


def test_every_clinical_admin_stands_in_the_grid():
    registered = {model for model in admin.site._registry if model._meta.app_label == "clinical"}
    assert registered == {model for model in OURS if model._meta.app_label == "clinical"}


@pytest.mark.parametrize("role", OPENS)
def test_lists_open_for_their_roles_only(enter, role):
    client = enter(role)
    opened = {model for model in OURS if client.get(address(model)).status_code == 200}
    assert opened == set(OPENS[role])


@pytest.mark.parametrize("role", [r for r in OPENS if r != CLINICIAN])
def test_front_page_names_what_the_role_may_open(enter, role):
    page = enter(role).get(reverse("admin:index")).content.decode()
    assert {model for model in OURS if f'href="{address(model)}"' in page} == set(OPENS[role])


@pytest.mark.parametrize("role", [r for r in OPENS if r != CLINICIAN])
def test_reference_forms_are_for_editors(enter, role):
    client = enter(role)
    for model in EDITABLE:
        page = client.get(address(model, "change", admin.utils.quote(model.objects.values_list("pk", flat=True)[0])))
        assert (b'name="reason"' in page.content) is (role in (REFERENCE_EDITOR, "superuser")), model
        assert (b'name="_save"' in page.content) is (role in (REFERENCE_EDITOR, "superuser")), model


@pytest.mark.parametrize("role", [r for r in OPENS if r != CLINICIAN])
@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_nobody_deletes(rf, enter, role, model):
    client = enter(role)
    request = rf.get("/")
    request.user = User.objects.get(pk=client.session["_auth_user_id"])
    room = admin.site._registry[model]
    assert room.has_delete_permission(request) is False
    assert "delete_selected" not in room.get_actions(request)


@pytest.mark.parametrize(
    "model", [*AUDIT, *VISITS, *DESK, *RXNORM, ReferenceVersion, ReferenceChange, InteractionRule, Group]
)
@pytest.mark.parametrize("role", [r for r in OPENS if r != CLINICIAN])
def test_what_happened_is_read_only(rf, enter, role, model):
    client = enter(role)
    request = rf.get("/")
    request.user = User.objects.get(pk=client.session["_auth_user_id"])
    room = admin.site._registry[model]
    assert (room.has_add_permission(request), room.has_change_permission(request)) == (False, False)


def test_signed_out_is_asked_to_sign_in(client):
    page = client.get(address(Source))
    assert page.status_code == 302
    assert reverse("account_login") in page["Location"] or reverse("admin:login") in page["Location"]


@pytest.fixture
def two_practices():
    """Two practices with one signed visit each."""
    clinicians = [factories.clinician() for _ in range(2)]
    return [(who.practice, factories.signed_visit(who)) for who in clinicians]


@pytest.mark.parametrize("model", [*VISITS, AuditEvent], ids=lambda model: model.__name__)
def test_other_practices_records_do_not_exist(enter, two_practices, model):
    (own, _), (other, visit) = two_practices
    client = enter(AUDITOR, of=own)
    path = {
        Consultation: "patient__practice",
        ScreeningRun: "consultation__patient__practice",
        ScreeningFlag: "run__consultation__patient__practice",
        FlagAnswer: "consultation__patient__practice",
        AuditEvent: "practice",
    }[model]
    mine = list(model.objects.filter(**{path: own}))
    foreign = model.objects.filter(**{path: other})[0]
    shown = client.get(address(model), {"o": ""}).context["cl"].queryset
    assert set(shown) == set(mine)
    assert mine
    assert client.get(address(model, "change", foreign.pk)).status_code == 302  # back to the front page: not found
    assert client.get(address(model, "change", mine[0].pk)).status_code == 200


def test_person_without_practice_sees_no_record(client, two_practices):
    who = factories.person(AUDITOR)
    User.objects.filter(pk=who.pk).update(practice=None)
    client.force_login(User.objects.get(pk=who.pk))
    assert client.get(address(AuditEvent)).context["cl"].result_count == 0
    assert client.get(address(Consultation)).context["cl"].result_count == 0


def test_opening_a_visit_is_recorded(enter, two_practices):
    (own, visit), _ = two_practices
    enter(AUDITOR, of=own).get(address(Consultation, "change", visit.pk))
    event = AuditEvent.objects.filter(act="opened").latest("id")
    assert (event.record, event.record_key, event.patient) == ("consultation", str(visit.pk), visit.patient)


@pytest.mark.parametrize("model", LISTS, ids=lambda model: model.__name__)
def test_lists_ask_few_queries_however_many_rows(enter, two_practices, django_assert_max_num_queries, model):
    (own, _), _ = two_practices
    role = AUDITOR if model in VISITS else REFERENCE_EDITOR if model in DESK else PRACTICE_ADMIN
    client = enter(role, of=own)
    client.get(address(model))
    with django_assert_max_num_queries(14):
        assert client.get(address(model)).status_code == 200


@pytest.mark.parametrize("model", LISTS, ids=lambda model: model.__name__)
def test_lists_can_be_searched(enter, model):
    client = enter(AUDITOR if model in VISITS else REFERENCE_EDITOR if model in DESK else PRACTICE_ADMIN)
    assert client.get(address(model), {"q": "nothing has this name"}).context["cl"].result_count == 0
