"""People in the admin: a practice admin's own people only, no superusers made, nobody's password set."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from clinical.actions import staff
from clinical.models import AuditEvent, Practice, User
from clinical.permissions import CLINICIAN, PRACTICE_ADMIN, ROLES
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(client):
    """A practice admin, signed in."""
    who = factories.person(PRACTICE_ADMIN)
    client.force_login(who)
    return who


@pytest.fixture
def superuser():
    return User.objects.create_superuser("root@example.org", factories.PASSWORD)


def typed(person, roles, **values):
    groups = list(Group.objects.filter(name__in=roles).values_list("pk", flat=True))
    known = {"email": person.email, "first_name": person.first_name, "last_name": person.last_name}
    return {**known, "groups": groups, "is_active": "on", **values}


def page_of(person):
    return reverse("admin:clinical_user_change", args=(person.pk,))


def test_list_holds_the_own_practice_only(client, boss, superuser):
    colleague, stranger = factories.person(CLINICIAN, of=boss.practice), factories.clinician()
    User.objects.filter(pk=superuser.pk).update(practice=boss.practice)
    shown = set(client.get(reverse("admin:clinical_user_changelist")).context["cl"].queryset)
    assert shown == {boss, colleague}
    assert client.get(page_of(stranger)).status_code == 302
    assert client.get(page_of(superuser)).status_code == 302
    assert client.post(page_of(stranger), typed(stranger, ROLES)).status_code == 302
    assert set(stranger.groups.values_list("name", flat=True)) == {CLINICIAN}


def test_roles_and_name_change_through_the_action(client, boss):
    person = factories.person(CLINICIAN, of=boss.practice)
    data = typed(person, ["Auditor", "Clinician"], last_name="Newname", is_superuser="on", is_staff="")
    assert client.post(page_of(person), data).status_code == 302
    stored = User.objects.get(pk=person.pk)
    event = AuditEvent.objects.latest("id")
    assert set(stored.groups.values_list("name", flat=True)) == {"Auditor", "Clinician"}
    assert (stored.last_name, stored.is_staff, stored.is_superuser) == ("Newname", True, False)
    assert (event.act, event.record_key, event.changed) == ("changed", str(person.pk), ["groups", "last_name"])


def test_saving_without_change_writes_no_event(client, boss):
    person = factories.person(CLINICIAN, of=boss.practice)
    count = AuditEvent.objects.count()
    client.post(page_of(person), typed(person, [CLINICIAN]))
    assert AuditEvent.objects.count() == count


def test_new_person_is_invited_without_a_password(client, boss):
    data = {"email": "Fresh@Example.org", "first_name": "Fresh", "last_name": "Face"}
    data["groups"] = list(Group.objects.filter(name=CLINICIAN).values_list("pk", flat=True))
    assert client.post(reverse("admin:clinical_user_add"), data).status_code == 302
    person = User.objects.get(email="fresh@example.org")
    assert (person.practice, person.has_usable_password(), person.is_staff) == (boss.practice, False, False)
    assert [message.to for message in mail.outbox] == [["fresh@example.org"]]
    assert "/account/password/reset/key/" in mail.outbox[0].body


def test_address_in_use_is_refused_whatever_its_case(client, boss):
    other = factories.clinician()
    data = {"email": other.email.upper(), "first_name": "A", "last_name": "B", "groups": []}
    page = client.post(reverse("admin:clinical_user_add"), data)
    assert "email" in page.context["adminform"].errors


def test_mail_that_fails_is_told(client, boss, monkeypatch):
    def fail(self, request):
        raise ConnectionRefusedError

    monkeypatch.setattr("allauth.account.forms.ResetPasswordForm.save", fail)
    data = {"action": "send_link", "_selected_action": [str(boss.pk)]}
    page = client.post(reverse("admin:clinical_user_changelist"), data, follow=True)
    assert "No mail could be sent" in page.content.decode()


def test_link_is_mailed_from_the_list(client, boss):
    client.post(reverse("admin:clinical_user_changelist"), {"action": "send_link", "_selected_action": [str(boss.pk)]})
    assert [message.to for message in mail.outbox] == [[boss.email]]


@pytest.mark.parametrize(
    ("roles", "values", "field"),
    [([CLINICIAN], {}, "groups"), ([PRACTICE_ADMIN], {"is_active": ""}, "is_active")],
    ids=["own role", "own access"],
)
def test_practice_admin_cannot_lock_themself_out(client, boss, roles, values, field):
    page = client.post(page_of(boss), typed(boss, roles, **values))
    assert field in page.context["adminform"].errors


def test_new_address_forgets_the_old_one(boss):
    person = factories.person(CLINICIAN, of=boss.practice)
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    values = {name: getattr(person, name) for name in staff.PERSON_FIELDS}
    staff.change_person(person=person, values={**values, "email": "New@example.org"}, roles=(CLINICIAN,), by=boss)
    assert User.objects.get(pk=person.pk).email == "new@example.org"
    assert not EmailAddress.objects.filter(user=person).exists()


def test_action_refuses_another_practice_and_superusers(boss, superuser):
    stranger = factories.clinician()
    values = {name: getattr(stranger, name) for name in staff.PERSON_FIELDS}
    with pytest.raises(PermissionDenied):
        staff.change_person(person=stranger, values=values, roles=(), by=boss)
    User.objects.filter(pk=superuser.pk).update(practice=boss.practice)
    with pytest.raises(PermissionDenied):
        staff.change_person(person=superuser, values={**values, "email": "x@example.org"}, roles=(), by=boss)
    with pytest.raises(PermissionDenied):
        staff.change_practice(practice=stranger.practice, values={"name": "Mine"}, by=boss)
    with pytest.raises(PermissionDenied):
        staff.invite_person(
            practice=stranger.practice, email="y@example.org", first_name="A", last_name="B", roles=(), by=boss
        )


def test_superuser_sees_everybody_and_opens_practices(client, superuser):
    person = factories.clinician()
    client.force_login(superuser)
    assert client.get(page_of(person)).status_code == 200
    data = {"name": "A new practice", "time_zone": "America/Chicago"}
    assert client.post(reverse("admin:clinical_practice_add"), data).status_code == 302
    practice = Practice.objects.get(name="A new practice")
    invited = {"email": "first@example.org", "first_name": "First", "last_name": "Person", "practice": practice.pk}
    invited["groups"] = list(Group.objects.filter(name=PRACTICE_ADMIN).values_list("pk", flat=True))
    client.post(reverse("admin:clinical_user_add"), invited)
    assert User.objects.get(email="first@example.org").practice == practice


def test_practice_admin_changes_their_practice_and_opens_none(client, boss):
    address = reverse("admin:clinical_practice_change", args=(boss.practice_id,))
    client.post(address, {"name": "Renamed", "time_zone": "America/Chicago"})
    assert Practice.objects.get(pk=boss.practice_id).name == "Renamed"
    assert AuditEvent.objects.latest("id").changed == ["name", "time_zone"]
    assert client.get(reverse("admin:clinical_practice_add")).status_code == 403
    assert list(client.get(reverse("admin:clinical_practice_changelist")).context["cl"].queryset) == [boss.practice]


def test_no_page_sets_a_password(client, boss):
    person = factories.person(CLINICIAN, of=boss.practice)
    assert "password" not in client.get(page_of(person)).context["adminform"].form.fields
    assert client.get(f"/admin/clinical/user/{person.pk}/password/").status_code in (302, 404)


def test_roles_are_explained(client, boss):
    group = Group.objects.get(name=CLINICIAN)
    page = client.get(reverse("admin:auth_group_change", args=(group.pk,))).content.decode()
    assert "write charts" in page
