"""A form gives the route only where everything of that substance in that form stays where it is put."""

import pytest
import yaml

from clinical.reference_local_forms import local_form_faults
from clinical.vocabulary.taking import taken_from
from tests.clinical.vocabulary.conftest import FOLDER


@pytest.mark.parametrize(
    ("typed", "route"),
    [
        ("Voltaren gel", "topical"),
        ("diclofenac 1% gel", "topical"),
        ("tacrolimus 0.1% ointment", "topical"),
        ("lidocaine 5% ointment", "topical"),
        ("clindamycin gel", "topical"),
        ("metronidazole 0.75% gel", "topical"),
        ("ketoconazole cream", "topical"),
        ("erythromycin ointment", "ophthalmic"),
    ],
)
def test_local_form_gives_the_route_and_says_so(index, typed, route):
    found = taken_from(index, entered=typed)
    assert (found.route, found.route_from) == (route, "form")


@pytest.mark.parametrize(
    "typed",
    [
        "testosterone gel",
        "testosterone cream",
        "estradiol cream",
        "estradiol 0.06% gel",
        "progesterone cream",
        "nitroglycerin ointment",
        "oxybutynin gel",
        "doxepin cream",
        "ketamine cream",
        "diphenhydramine gel caps",
        "diphenhydramine soft gel 25 mg",
        "diphenhydramine gel 25 mg",
        "diclofenac",
        "tacrolimus 1 mg",
        "metronidazole 500 mg tab",
    ],
)
def test_form_that_may_act_on_the_whole_body_gives_no_route(index, typed):
    found = taken_from(index, entered=typed)
    assert found.substances
    assert (found.route, found.route_from) == (None, "")


@pytest.mark.parametrize(
    ("typed", "route"),
    [
        ("metronidazole vaginal gel", "vaginal"),
        ("lidocaine gel pr", "rectal"),
        ("erythromycin eye ointment", "ophthalmic"),
    ],
)
def test_route_that_is_written_goes_before_the_form(index, typed, route):
    found = taken_from(index, entered=typed)
    assert (found.route, found.route_from) == (route, "typed")


def test_one_systemic_ingredient_leaves_the_whole_line_systemic(index):
    assert taken_from(index, entered="lidocaine/ketamine cream").route is None


def test_shipped_document_has_no_fault(index):
    document = yaml.safe_load((FOLDER / "local_forms.yaml").read_text("utf-8"))
    assert list(local_form_faults(document, set(index.table.keys))) == []


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"form": "tablet"}, "form “tablet”"),
        ({"route": "oral"}, "route “oral”"),
        ({"source": []}, "needs a source"),
        ({"substances": ["nosuchthing"]}, "“nosuchthing” is not a substance"),
        ({"substances": ["estradiol"]}, "“estradiol” is listed as never local"),
    ],
)
def test_faulty_entry_is_named(entry, words):
    sound = {"form": "gel", "route": "topical", "source": ["x"], "substances": ["diclofenac"]}
    document = {"forms": [sound | entry], "never": [{"substances": ["estradiol"]}]}
    [fault] = local_form_faults(document, {"diclofenac", "estradiol"})
    assert words in fault
