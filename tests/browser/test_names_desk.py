"""The vocabulary desk: a name typed in vain becomes a name; roles and files show what they would do first."""

from collections.abc import Iterator

import pgtrigger
import pytest
from django.db import transaction
from playwright.sync_api import expect

from clinical.models import ReferenceChange, ReferenceVersion, SubstanceName, SubstanceRole, UnrecognisedName
from clinical.permissions import REFERENCE_EDITOR
from tests import factories
from tests.browser.shown import gaps_on

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ADDED_TO = (UnrecognisedName, ReferenceChange, SubstanceName, SubstanceRole, ReferenceVersion)
TYPED = "floxblorb"


@pytest.fixture
def names_undone(transactional_db) -> Iterator[None]:
    """Names and roles outlive tests that commit, so those added here are taken away again."""
    before = {model: set(model.objects.values_list("pk", flat=True)) for model in ADDED_TO}
    yield
    with pgtrigger.ignore(), transaction.atomic():
        for model, keys in before.items():
            model.objects.exclude(pk__in=keys).delete()


@pytest.fixture(params=[1280, 375], ids=["1280", "375"])
def editor(request, desk_of, names_undone):
    desk = desk_of(REFERENCE_EDITOR)
    desk.page.set_viewport_size({"width": request.param, "height": 900})
    return desk


def test_name_typed_in_vain_becomes_a_name_with_one_click(signed_in, clinician, editor):
    visit = factories.draft(clinician, record=factories.visit(f"{TYPED} 50 mg"))
    signed_in.given_draft(visit)
    assert TYPED in gaps_on(signed_in.page)

    editor.opened("/admin/clinical/unrecognisedname/").says(TYPED)
    editor.page.get_by_role("link", name=f"Make it a name of … {TYPED}").click()
    editor.arrived()
    expect(editor.field("name")).to_have_value(TYPED)
    editor.field("kind").select_option("brand")
    editor.field("reason").fill("Asked for at the desk.")
    editor.page.get_by_role("button", name="Save", exact=True).click()
    editor.says("correct the error").arrived()
    expect(editor.field("name")).to_have_value(TYPED)
    choose(editor, "Substance", "tramadol")
    editor.page.get_by_role("button", name="Save", exact=True).click()
    editor.page.wait_for_url("**/unrecognisedname/")
    editor.arrived()
    expect(editor.page.get_by_role("link", name=f"Make it a name of … {TYPED}")).to_have_count(0)
    assert SubstanceName.objects.get(name=TYPED).substance_id == "tramadol"

    signed_in.page.reload()
    signed_in.arrived()
    expect(signed_in.page.locator("li.kc-flag h4", has_text="Tramadol").first).to_be_visible()
    assert TYPED not in gaps_on(signed_in.page)


def choose(desk, field, key):
    """In the admin's own box with a search, found by its name."""
    desk.page.get_by_role("combobox", name=field).first.click()
    desk.page.get_by_role("searchbox", name=field).fill(key)
    desk.page.locator(".select2-results__option", has_text=key).first.click()
    expect(desk.page.get_by_role("combobox", name=f"{field}: ").first).to_be_visible()


def test_role_shows_its_rules_before_it_is_stored(editor):
    editor.opened("/admin/clinical/substancerole/add/")
    choose(editor, "Substance", "amoxicillin")
    choose(editor, "Role", "opioid_agonist")
    editor.field("source_id_text").fill("tanna2023-cpt")
    editor.field("reason").fill("To see what it would do.")
    editor.page.get_by_role("button", name="Save", exact=True).click()
    editor.says("Nothing is stored yet. Look through this list, then save.").arrived()
    assert not SubstanceRole.objects.filter(substance="amoxicillin", role="opioid_agonist").exists()
    expect(editor.page.locator(".kc-look").get_by_text("Opioid painkillers").first).to_be_visible()
    editor.pressed("Save with these effects")
    editor.says("was added successfully")
    assert SubstanceRole.objects.filter(substance="amoxicillin", role="opioid_agonist").exists()


def test_file_shows_what_it_would_change_and_leaves_out_what_is_refused(editor):
    rows = (
        "name,substance,kind,source_id,route,withdrawn,revision",
        f"{TYPED},tramadol,brand,,,,",  # the only one that can be stored
        "=cmd|calc,tramadol,brand,,,,",
        "blorbo,no-such-substance,brand,,,,",
    )
    editor.opened("/admin/clinical/substancename/import/")
    editor.page.locator('input[type="file"]').set_input_files(
        {"name": "names.csv", "mimeType": "text/csv", "buffer": "\n".join(rows).encode()}
    )
    editor.pressed("Show what it would do").says("What this file would do").arrived()
    assert not SubstanceName.objects.filter(name=TYPED).exists()
    editor.says("no-such-substance")
    editor.page.get_by_label("Why").fill("A list from the ward.")
    editor.page.get_by_role("button", name="Store one row").click()
    editor.page.wait_for_url("**/substancename/")
    assert set(
        SubstanceName.objects.filter(name__in=(TYPED, "blorbo", "=cmd|calc")).values_list("name", flat=True)
    ) == {TYPED}
