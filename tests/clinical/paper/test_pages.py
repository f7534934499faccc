"""The pages of paper: who may print, what stands in the files, and that they are tagged, titled and read in order."""

from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse
from pypdf import PdfReader

from clinical.actions.consultation import amend_consultation
from clinical.models import AuditEvent, FollowUp
from clinical.paper.sheets import Entry, Section, Sheet
from clinical.paper.typesetting import pdf_of
from tests import factories
from tests.benchmarks import charts

pytestmark = pytest.mark.django_db

IN_ORDER = {
    "en": ("Kratom and your health", "Most important for you", "Call 911 for", "Call us the same day", "Good to know"),
    "es": ("El kratom y su salud", "Lo más importante", "Llame al 911", "Llámenos el mismo día", "Bueno saber"),
}
# Values of the patient and how many medicines.
EXTREMES = {
    "forty medicines, longest name, born in 1920": ({"name": "X" * 80, "born_on": date(1920, 1, 2)}, 40),
    "no medicines": ({}, 0),
    "name from right to left": ({"name": "سارة العمري"}, 1),
}


@pytest.fixture
def visit(doctor):
    record = factories.visit(
        "tramadol 50 mg", "blorpium 10 mg", phq9=(1, 1, 2, 0, 0, 1, 0, 0, 0), plan="Cut by a tenth."
    )
    return factories.signed_visit(doctor, record=record)


@pytest.fixture
def reading(client, doctor):
    client.force_login(doctor)
    return client


def _pdf(client, name, visit, **query):
    answer = client.get(reverse(f"clinical:{name}", args=[visit.pk]), query)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    return answer, PdfReader(BytesIO(answer.content))


def _words(pdf):
    return " ".join(" ".join(page.extract_text() for page in pdf.pages).split())


@pytest.mark.parametrize(
    ("name", "query", "language", "title"),
    [
        ("note_pdf", {}, "en", "Kratom visit of"),
        ("handout_pdf", {}, "en", "Kratom and your health"),
        ("handout_pdf", {"lang": "es"}, "es", "El kratom y su salud"),
        ("handout_pdf", {"lang": "xx"}, "en", "Kratom and your health"),
    ],
)
def test_file_is_tagged_titled_and_says_its_language(reading, visit, name, query, language, title):
    answer, pdf = _pdf(reading, name, visit, **query)
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] is not None
    assert bool(root["/MarkInfo"]["/Marked"])
    assert "/StructTreeRoot" in root
    assert root["/Lang"].startswith(language)
    assert bool(root["/ViewerPreferences"]["/DisplayDocTitle"])
    assert pdf.metadata.title.startswith(title)
    assert "pdfuaid" in root["/Metadata"].get_object().get_data().decode()
    assert "no-store" in answer["Cache-Control"]


def test_note_is_read_in_the_order_of_the_visit(reading, visit):
    words = _words(_pdf(reading, "note_pdf", visit)[1])
    headings = ["Kratom", "Medicines", "Scores", "Act now", "Not assessed", "If kratom is stopped", "What was decided"]
    places = [words.index(heading) for heading in headings]
    assert places == sorted(places)


def test_note_says_how_severe_how_certain_and_how_it_was_answered(reading, visit):
    words = _words(_pdf(reading, "note_pdf", visit)[1])
    assert "certainty:" in words
    assert "Answer: Counsel the patient" in words
    assert "blorpium" in words
    assert f"reference version {visit.signed_run.reference_version}" in words
    assert "Prohibited" not in words
    assert "Law" not in words


@pytest.mark.parametrize("name", ["note_pdf", "note_text"])
def test_note_holds_what_was_asked_about_suicide_and_each_task_once(reading, doctor, name):
    draft = factories.draft(doctor, record=factories.visit(phq9=(0,) * 8 + (1,)))
    assert "No direct inquiry is recorded in this visit." in _note(reading, name, draft)
    factories.asked_about_suicide(draft, doctor, done="Safety plan given to her sister.")
    FollowUp.objects.create(
        patient=draft.patient, consultation=draft, what="Telephone her", owner=doctor, due_on=draft.visit_on
    )
    words = _note(reading, name, draft)
    assert "Safety plan given to her sister." in words
    assert words.count("Telephone her") == (1 if name == "note_pdf" else 2)  # the patient's page tells it too


def _note(reading, name, visit):
    if name == "note_pdf":
        return _words(_pdf(reading, name, visit)[1])
    return reading.get(reverse(f"clinical:{name}", args=[visit.pk])).content.decode()


def test_handout_stands_on_one_page_in_12_point(reading, visit):
    pdf = _pdf(reading, "handout_pdf", visit)[1]
    assert len(pdf.pages) == 1
    sizes = set()
    pdf.pages[0].extract_text(
        visitor_text=lambda text, cm, tm, font, size: sizes.add(round(size)) if text.strip() else None
    )
    assert min(sizes) >= 12


@pytest.mark.parametrize(("language", "parts"), IN_ORDER.items())
def test_handout_is_read_from_the_most_important_to_what_is_good_to_know(reading, visit, language, parts):
    words = _words(_pdf(reading, "handout_pdf", visit, lang=language)[1])
    places = [words.index(part) for part in parts]
    assert places == sorted(places)


@pytest.mark.parametrize("name", ["note_pdf", "handout_pdf"])
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("known", EXTREMES, ids=EXTREMES)
def test_extremes_are_printed_tagged_and_whole(reading, doctor, name, language, known):
    values, medicines = EXTREMES[known]
    visit = factories.draft(doctor, factories.patient(doctor, **values), charts.visit_with(medicines))
    answer, pdf = _pdf(reading, name, visit, lang=language)
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    if name == "handout_pdf":
        assert len(pdf.pages) <= (2 if medicines else 1)
        return
    words = _words(pdf)
    assert all(entered.split()[0] in words for entered in charts.MEDICINES[:medicines])


def test_plan_stands_on_the_handout_only_where_asked(reading, visit):
    assert "Cut by a tenth." not in _words(_pdf(reading, "handout_pdf", visit)[1])
    assert "Cut by a tenth." in _words(_pdf(reading, "handout_pdf", visit, plan="1")[1])


def test_draft_says_so_on_every_page(reading, doctor):
    draft = factories.draft(doctor)
    assert all("DRAFT, not signed" in page.extract_text() for page in _pdf(reading, "note_pdf", draft)[1].pages)
    assert "DRAFT" in _words(_pdf(reading, "handout_pdf", draft)[1])


def test_amended_visit_says_what_it_amends(reading, doctor, visit):
    amendment = amend_consultation(consultation=visit, by=doctor, reason="Dose was wrong.")
    assert "Dose was wrong." in _words(_pdf(reading, "note_pdf", amendment)[1])


def test_text_page_holds_both_texts_to_copy(reading, visit):
    page = reading.get(reverse("clinical:note_text", args=[visit.pk]), {"lang": "es"}).content.decode()
    assert "KRATOM" in page
    assert "El kratom y su salud" in page
    assert 'data-kc-copy="note-text"' in page


@pytest.mark.parametrize("name", ["note_pdf", "handout_pdf", "note_text"])
def test_printing_is_recorded_and_another_practice_finds_nothing(client, visit, doctor, name):
    address = reverse(f"clinical:{name}", args=[visit.pk])
    client.force_login(factories.clinician())
    assert client.get(address).status_code == 404
    client.force_login(doctor)
    client.get(address)
    printed = AuditEvent.objects.filter(act="printed", record_key=str(visit.pk))
    assert [(row.by, row.patient) for row in printed] == [(doctor, visit.patient)]


def test_signed_out_sees_nothing(client, visit):
    assert client.get(reverse("clinical:note_pdf", args=[visit.pk])).status_code == 302


@pytest.mark.parametrize("name", ["note_pdf", "handout_pdf", "note_text"])
def test_queries_do_not_grow_with_the_list(reading, doctor, django_assert_max_num_queries, name):
    visit = factories.signed_visit(doctor, record=factories.visit(*(f"medicine {n}" for n in range(20)), "tramadol"))
    reading.get(reverse(f"clinical:{name}", args=[visit.pk]))
    with django_assert_max_num_queries(16):
        reading.get(reverse(f"clinical:{name}", args=[visit.pk]))


@pytest.mark.parametrize("kind", ["note", "handout"])
@pytest.mark.parametrize(
    "typed", ["#panic()", "$x$ *bold* _it_ @ref <label>", "\\ [ ] { }", "محمد אבג Иван", "x" * 400]
)
def test_whatever_was_typed_is_printed_as_typed(kind, typed):
    sheet = Sheet(kind, "en", "Title", (typed,), (Section("Heading", (Entry(typed, lead=typed),)),))
    words = "".join(page.extract_text() for page in PdfReader(BytesIO(pdf_of(sheet))).pages)
    if typed.isascii():
        assert "".join(typed.split())[:20] in "".join(words.split())


def test_page_of_text_in_spanish_says_so_and_leads_to_the_spanish_file(reading, visit):
    page = reading.get(f"{reverse('clinical:note_text', args=[visit.pk])}?lang=es").content.decode()
    assert '<html lang="en"' in page
    assert 'readonly lang="es"' in page
    assert '<option value="es" selected>' in page
    assert f"{reverse('clinical:handout_pdf', args=[visit.pk])}?lang=es" in page
