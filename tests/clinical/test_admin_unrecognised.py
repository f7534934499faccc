"""The list of names not recognised: for editors, most frequent first, settled by adding a name or set aside."""

from datetime import date

import pytest
from django.urls import reverse

from clinical.models import AuditEvent, SubstanceName, UnrecognisedName
from clinical.permissions import AUDITOR, CLINICIAN, PRACTICE_ADMIN, REFERENCE_EDITOR, REFERENCE_REVIEWER
from tests import factories

pytestmark = pytest.mark.django_db
LIST = "admin:clinical_unrecognisedname_changelist"


@pytest.fixture
def editor(client):
    who = factories.person(REFERENCE_EDITOR)
    client.force_login(who)
    return who


@pytest.fixture
def waiting(db):
    """Three names, the second one the most frequent."""
    day = date(2026, 11, 20)
    names = (("blorbo", 2), ("floxblorb", 9), ("zumpf", 1))
    return [UnrecognisedName.objects.create(name=n, times=t, first_on=day, last_on=day) for n, t in names]


def shown(client, **query):
    return [row.name for row in client.get(reverse(LIST), query).context["cl"].result_list]


def act(client, what, row):
    return client.post(reverse(f"admin:clinical_unrecognisedname_{what}", args=(row.pk,)))


def test_most_frequent_stands_first(client, editor, waiting):
    assert shown(client) == ["floxblorb", "blorbo", "zumpf"]


def test_set_aside_leaves_the_list_and_can_be_put_back(client, editor, waiting):
    assert act(client, "set_aside", waiting[1]).status_code == 302
    assert shown(client) == ["blorbo", "zumpf"]
    assert shown(client, state="aside") == ["floxblorb"]
    assert AuditEvent.objects.latest("id").act == "set aside"
    act(client, "put_back", waiting[1])
    assert shown(client) == ["floxblorb", "blorbo", "zumpf"]


def test_one_click_opens_the_add_page_filled_in(client, editor, waiting):
    page = client.get(reverse(LIST)).content.decode()
    address = f"{reverse('admin:clinical_substancename_add')}?name=floxblorb&amp;unrecognised={waiting[1].pk}"
    assert address in page
    form = client.get(address.replace("&amp;", "&")).context["adminform"].form
    assert form["name"].value() == "floxblorb"


@pytest.mark.parametrize("name", ["FloxBlorb", "Flox Blorbus"], ids=["as typed", "spelling corrected"])
def test_saved_name_settles_it(client, editor, waiting, name):
    address = f"{reverse('admin:clinical_substancename_add')}?name=floxblorb&unrecognised={waiting[1].pk}"
    data = {"name": name, "substance": "tramadol", "kind": "brand", "route": "", "source_id_text": "", "reason": "new"}
    assert client.post(address, data).url == reverse(LIST)  # the next one waits there
    assert UnrecognisedName.objects.get(pk=waiting[1].pk).settled_as == SubstanceName.objects.get(name=name)
    assert shown(client) == ["blorbo", "zumpf"]
    assert shown(client, state="settled") == ["floxblorb"]


@pytest.mark.parametrize("role", [CLINICIAN, REFERENCE_REVIEWER, PRACTICE_ADMIN, AUDITOR])
def test_only_editors_open_it_or_act(client, waiting, role):
    client.force_login(factories.person(role))
    assert client.get(reverse(LIST)).status_code in (302, 403)
    for what in ("set_aside", "put_back"):
        assert act(client, what, waiting[0]).status_code in (302, 403)
    assert not UnrecognisedName.objects.get(pk=waiting[0].pk).is_set_aside


def test_acts_are_posted_only(client, editor, waiting):
    address = reverse("admin:clinical_unrecognisedname_set_aside", args=(waiting[0].pk,))
    assert client.get(address).status_code == 405
    assert client.post(reverse("admin:clinical_unrecognisedname_set_aside", args=(0,))).status_code == 404


def test_name_is_shown_as_text(client, editor):
    day = date(2026, 11, 20)
    UnrecognisedName.objects.create(name="<b>x</b>", first_on=day, last_on=day)
    assert "<b>x</b>" not in client.get(reverse(LIST)).content.decode()
