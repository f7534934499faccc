"""A release loaded by the command answers through the front door, on the page and in `screen` alike."""

import io
import json

import pytest
from django.core.management import call_command

from clinical import vocabulary_rows
from clinical.models import RxNormConcept, RxNormRelease
from clinical.screening.facts import Match
from clinical.vocabulary import lookup
from tests.clinical.rxnorm.rrf import usual

pytestmark = pytest.mark.django_db

TYPED = [
    ("Zilucet", {"acetaminophen", "zilucoplast"}),
    ("zilucoplast sodium", {"zilucoplast"}),
    ("RxCUI 9000031", {"acetaminophen", "zilucoplast"}),
    ("9000020", {"tramadol"}),
    ("tramadol 50 MG Oral Tablet [Tramaforte]", {"tramadol"}),
    ("Tramaforte 50 mg prn", {"tramadol"}),
    ("Ocuval 1 drop", {"ocuvaldine"}),
]


@pytest.fixture
def _release(tmp_path):
    call_command("import_rxnorm", str(usual().write(tmp_path / "release")), stdout=io.StringIO())


@pytest.mark.usefixtures("_release")
@pytest.mark.parametrize(("typed", "substances"), TYPED, ids=[typed for typed, _ in TYPED])
def test_name_or_number_is_the_same_on_the_page_and_in_screen(tmp_path, typed, substances):
    on_page = lookup.taken(entered=typed)
    assert (on_page.match, set(on_page.substances)) == (Match.EXACT, substances)
    case, out = tmp_path / "case.json", io.StringIO()
    case.write_text(json.dumps({"medications": [typed]}), "utf-8")
    call_command("screen", str(case), stdout=out)
    (medication,) = json.loads(out.getvalue())["medications"]
    assert (medication["match"], set(medication["substances"])) == ("exact", substances)


@pytest.mark.usefixtures("_release")
def test_route_of_the_release_reaches_the_line():
    assert lookup.taken(entered="Ocuval").route == "ophthalmic"


@pytest.mark.usefixtures("_release")
def test_our_own_names_stay_what_they_are():
    assert lookup.taken(entered="Ultram 50 mg").substances == ("tramadol",)
    assert [item.name for item in lookup.suggest("tramaf", limit=1)] == ["Tramaforte"]


def test_nothing_of_a_release_is_known_before_one_is_loaded():
    assert vocabulary_rows.release_in_use() is None
    assert lookup.taken(entered="Zilucet").match is Match.NONE


def test_concepts_of_another_release_are_refused():
    with pytest.raises(LookupError, match="release 99"):
        list(vocabulary_rows.concepts(99))
    RxNormRelease.objects.create(label="next", digest="0", is_current=True)
    RxNormConcept.objects.create(rxcui="9000050", term_type="IN", name="novelline", substances=["tramadol"])
    with pytest.raises(LookupError, match="release 0"):
        list(vocabulary_rows.concepts(0))
