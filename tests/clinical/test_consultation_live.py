"""The live list: what it shows, that it stores nothing, and what it costs. And the names offered while typing."""

from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from clinical.models import AuditEvent
from clinical.views import panel
from clinical.what_matters import what_matters
from tests import factories
from tests.clinical.typed import fields_in, typed


@pytest.fixture
def desk(doctor) -> Client:
    client = Client()
    client.force_login(doctor)
    return client


@pytest.fixture
def patient(doctor):
    return factories.patient(doctor)


@pytest.fixture
def listed(desk, patient):
    """The fragment for a visit typed with these changes."""

    def ask(**fields) -> str:
        response = desk.post(reverse("clinical:what_matters", args=[patient.pk]), typed(**fields))
        assert response.status_code == 200
        return response.content.decode()

    return ask


def test_list_names_concern_certainty_action_reason_and_source(listed):
    page = listed()

    for part in ("Major", "certainty: case reports", "Tramadol: slowed breathing", "Avoid;", "Why here:", "Sources:"):
        assert part in page
    assert reverse("clinical:evidence", args=["tramadol"]) in page


def test_list_is_one_element_and_stores_nothing(desk, listed, patient):
    page = listed()

    assert page.lstrip().startswith('<div id="what-matters"')
    assert page.rstrip().endswith("</div>")
    assert not patient.consultations.exists()
    assert not AuditEvent.objects.filter(act__in=("changed", "screened")).exists()


def test_list_is_posted_only(desk, patient):
    assert desk.get(reverse("clinical:what_matters", args=[patient.pk])).status_code == 405


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"medicine-0-entered": "moodlift plus"}, "Name not recognised"),
        ({"medicine-0-entered": "vitamin"}, "Name could mean several things"),
        ({"medicine-0-entered": "zanax"}, "confirm the spelling"),
        ({"kratom-0-amount": ""}, "Amount not recorded"),
        ({"kratom-0-amount": "three"}, "Left out until corrected: Enter a number only"),
        ({"conditions_add": "wandering spleen fever"}, "Left out until corrected"),
        ({"visit_on": "tomorrow"}, "Left out until corrected"),
        ({"pregnant": ""}, "Pregnancy not known"),
        ({"kratom-0-product": "shot", "kratom-0-unit": "ml"}, "Strength not stated"),
    ],
)
def test_what_could_not_be_assessed_is_always_listed(listed, fields, shown):
    page = listed(**fields)

    assert shown in page[page.index("Not assessed") : page.index("Law at home")]


def without_kratom(asked: str) -> dict[str, str]:
    return {"asked": asked, **{name: "" for name in typed() if name.startswith("kratom-0")}}


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("not_asked", "Not asked: interactions with kratom were not looked for."),
        ("declined", "Declined to say: interactions with kratom were not looked for."),
        ("does_not", "The patient says no kratom or 7-OH"),
    ],
)
def test_list_without_kratom_says_why_nothing_is_flagged(listed, asked, shown):
    page = listed(**without_kratom(asked))

    assert shown in page
    assert "Looked at: 0 kratom products, 1 other line, 0 conditions." in page
    assert "proves nothing" in page


@pytest.mark.parametrize("word", ["safe", "all clear", "no interactions", "abuser", "addict"])
def test_list_never_reassures(listed, word):
    page = listed(**without_kratom("does_not"), **{"medicine-0-entered": "amoxicillin"})

    assert f" {word}" not in page.casefold().replace("not proof of safety", "")


def test_list_shows_the_two_alkaloids_on_lines_of_their_own(listed):
    second = {"product": "7oh", "amount": "20", "unit": "mg_7oh", "doses_per_day": "2", "days_per_week": "7"}
    page = listed(**{f"kratom-1-{name}": value for name, value in second.items()})

    assert "About 120 mg mitragynine a day (36 to 180)" in page
    assert "About 40 mg 7-OH a day, as labelled" in page


def test_list_says_the_withdrawal_concern_with_what_is_missing_and_its_limits(listed):
    page = listed()

    assert "Moderate withdrawal concern" in page
    assert "could be" not in page
    assert "Not asked, and could raise it:" in page
    assert "attempts ended by withdrawal" in page
    assert "Based on small surveys and case reports." in page


def test_list_shows_the_law_at_home_on_the_day_of_the_visit(listed):
    today, before = listed(), listed(visit_on="2026-06-30")

    assert "Law at home on 20 Nov 2026" in today
    assert "since 1 Jul 2026" in today
    assert "Law at home on 30 Jun 2026" in before
    assert "since 1 Jul 2026" not in before


def test_list_says_of_the_law_at_home_whether_buying_is_lawful(listed):
    assert "May not buy lawfully." in listed()
    assert "May buy only what meets the rules below" in listed(visit_on="2026-06-30")


def test_list_carries_how_each_name_was_read_to_its_row(desk, patient):
    names = {"medicine-0-entered": "seroquel 100 qhs", "medicine-1-entered": "vitamin", "other-0-entered": "moodlift"}
    response = desk.post(reverse("clinical:what_matters", args=[patient.pk]), typed(**names))

    page = response.content.decode()
    assert '<div class="kc-reading" id="medicine-0-reading" hx-swap-oob="true">quetiapine' in page.replace("QUE", "que")
    assert 'id="other-0-reading" hx-swap-oob="true"><span class="kc-tag kc-tag--unknown">Not recognised' in page
    assert "vitamin e" in fields_in(response).choices["medicine-1-chosen"]


def test_choice_made_on_the_row_settles_the_name(listed):
    page = listed(**{"medicine-0-entered": "vitamin", "medicine-0-chosen": "vitamin e"})

    assert "Name could mean several things" not in page


def test_list_asks_the_database_as_often_for_forty_medicines_as_for_five(listed, django_assert_max_num_queries):
    counts = []
    for number in (5, 40):
        names = {f"medicine-{index}-entered": f"medicine number {index}" for index in range(number)}
        listed(**names)
        with django_assert_max_num_queries(8) as asked:
            listed(**names)
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("value", "words"),
    [(117, "120"), (36.4, "36"), (1234.5, "1,200"), (0.456, "0.46"), (7, "7"), (2.04, "2"), (0, "0"), (99.6, "100")],
)
def test_two_figures(value, words):
    assert panel.two_figures(value) == words


def test_exposure_without_days_a_week_stands_for_a_day_of_use():
    exposure = {"mitragynine_mg_per_day": None, "peak_day": [36, 117, 180], "seven_oh_mg_per_day": [10, 20, 30]}

    assert panel.exposure_lines(exposure) == [
        "About 120 mg mitragynine on a day of use (36 to 180)",
        "About 20 mg 7-OH a day (10 to 30)",
    ]


@pytest.mark.django_db
def test_panel_drops_no_flag(doctor, patient):
    shown = what_matters(patient, factories.visit("tramadol", "sertraline", "warfarin", "fluconazole", "quetiapine"))
    made = panel.panel_of(shown)

    assert sorted(flag["rule"] for flag in made.flags) == sorted(flag["rule"] for flag in shown.result["flags"])
    assert made.act_now
    assert made.plan


@pytest.mark.django_db
def test_panel_repeats_no_word(patient):
    shown = what_matters(patient, factories.visit())
    gap = {"code": "x", "what": "pregnancy", "why": "Pregnancy not known."}
    shown = replace(shown, result={**shown.result, "not_assessed": [gap]})

    assert panel.panel_of(shown).gaps == [{**gap, "what": ""}]


def test_suggestions_are_options_with_what_they_mean(desk):
    page = desk.get(reverse("clinical:suggest"), {"q": "seroq"}).content.decode()

    assert '<li role="option" id="name-0" data-name="Seroquel">' in page
    assert '<span class="kc-option__about">quetiapine' in page.replace("QUE", "que")


@pytest.mark.parametrize("typed_text", ["", "   ", "zzzzqqqq" * 50])
def test_suggestions_for_nothing_known_are_empty(desk, typed_text):
    response = desk.get(reverse("clinical:suggest"), {"q": typed_text})

    assert response.status_code == 200
    assert response.content.strip() == b""


def test_list_puts_the_suicide_inquiry_first_and_counts_it(listed):
    scores = {f"phq9_{number}": "0" for number in range(1, 9)} | {"phq9_9": "1"}
    page = listed(**scores)

    assert page.index("Ask directly about suicide today") < page.index("Tramadol")
    assert "2 to act on now" in page


def test_list_asks_about_a_product_beside_an_answer_of_none(listed):
    page = listed(asked="declined")

    assert "A product is recorded, but the answer is “Declined to say”." in page
