"""Every band edge and special rule of the instruments, from the dossier's tables."""

import copy

import pytest

from clinical.reference_instruments import instruments_faults
from clinical.screening.instrument_document import instrument_from
from clinical.screening.instruments import ImpossibleAnswer, score
from tests.clinical.screening.reference import read_yaml

NAMES = ("phq9", "phq2", "gad7", "cows", "auditc", "dast10", "kud", "symptoms")
DOCUMENTS = {name: read_yaml(f"instruments/{name}.yaml") for name in NAMES}
READY = {name: instrument_from(document) for name, document in DOCUMENTS.items()}
PHQ9, KUD, DAST10 = READY["phq9"], READY["kud"], READY["dast10"]
YES, NO = 1, 0


def codes(found) -> set[str]:
    return {notice.code for notice in found.notices}


def adding_up_to(instrument, total) -> list[int | None]:
    """Answers with this total, the first items as high as they go; what is not scored stays open."""
    answers: list[int | None] = []
    for item in instrument.items:
        best = max(item.allowed, key=lambda value: (item.points(value) <= total, item.points(value)))
        answers.append(best if item.is_scored else None)
        total -= item.points(best) if item.is_scored else 0
    assert total == 0
    return answers


EDGES = [
    *(("phq9", total, band) for total, band in ((0, "minimal"), (4, "minimal"), (5, "mild"), (9, "mild"))),
    *(("phq9", total, band) for total, band in ((10, "moderate"), (14, "moderate"), (15, "moderately_severe"))),
    *(("phq9", total, band) for total, band in ((19, "moderately_severe"), (20, "severe"), (27, "severe"))),
    *(("phq2", total, band) for total, band in ((0, "below_cut_off"), (2, "below_cut_off"), (3, "positive"))),
    ("phq2", 6, "positive"),
    *(("gad7", total, band) for total, band in ((0, "minimal"), (4, "minimal"), (5, "mild"), (9, "mild"))),
    *(("gad7", total, band) for total, band in ((10, "moderate"), (14, "moderate"), (15, "severe"), (21, "severe"))),
    *(("dast10", total, band) for total, band in ((0, "none"), (1, "low"), (2, "low"), (3, "moderate"))),
    *(("dast10", total, band) for total, band in ((5, "moderate"), (6, "substantial"), (8, "substantial"))),
    *(("dast10", total, band) for total, band in ((9, "severe"), (10, "severe"))),
    *(("kud", total, band) for total, band in ((0, "none"), (1, "none"), (2, "mild"), (3, "mild"), (4, "moderate"))),
    *(("kud", total, band) for total, band in ((5, "moderate"), (6, "severe"), (11, "severe"))),
    ("cows", 48, "severe"),
]


@pytest.mark.parametrize(("name", "total", "band"), EDGES)
def test_band_edge(name, total, band):
    found = score(READY[name], adding_up_to(READY[name], total))
    assert (found.total, found.band.code, found.missing) == (total, band, ())


@pytest.mark.parametrize(
    ("sex", "total", "band"),
    [("male", 3, "below_cut_off"), ("male", 4, "positive"), ("female", 2, "below_cut_off"), ("female", 3, "positive")],
)
def test_audit_c_cut_off_depends_on_sex(sex, total, band):
    instrument = READY["auditc"]
    found = score(instrument, adding_up_to(instrument, total), sex=sex)
    assert (found.band.code, codes(found)) == (band, {f"cut-off-{sex}"})


@pytest.mark.parametrize("sex", [None, "other"])
def test_audit_c_without_sex_tells_both_cut_offs(sex):
    found = score(READY["auditc"], [1, 1, 1], sex=sex)
    assert (found.total, found.band, codes(found)) == (3, None, {"cut-off-male", "cut-off-female"})
    assert [notice.text.split(":")[0].split(".")[0] for notice in found.notices] == [
        "Below the cut-off of 4 for men",
        "Positive for a woman",
    ]


ALGORITHM = {
    "five with mood": ([0, 2, 2, 2, 2, 2, 0, 0, 0], "algorithm-major"),
    "five with interest": ([3, 0, 2, 2, 2, 2, 0, 0, 0], "algorithm-major"),
    "five without either": ([1, 1, 2, 2, 2, 2, 2, 0, 0], None),
    "four with mood": ([0, 2, 2, 2, 2, 1, 1, 1, 0], "algorithm-other"),
    "two with interest": ([2, 0, 2, 0, 0, 0, 0, 0, 0], "algorithm-other"),
    "one alone": ([3, 1, 1, 1, 1, 1, 1, 1, 0], None),
    "item 9 counts from 2": ([2, 2, 2, 2, 0, 0, 0, 0, 1], "algorithm-other"),
    "item 9 at 2": ([2, 2, 2, 2, 0, 0, 0, 0, 2], "algorithm-major"),
}


@pytest.mark.parametrize(("answers", "expected"), ALGORITHM.values(), ids=ALGORITHM)
def test_phq9_algorithm(answers, expected):
    said = {code for code in codes(score(PHQ9, answers)) if code.startswith("algorithm")}
    assert said == ({expected} if expected else set())


@pytest.mark.parametrize("answer", [1, 2, 3])
def test_item_9_speaks_whatever_the_total(answer):
    assert "item-9" in codes(score(PHQ9, [0] * 8 + [answer]))
    assert "item-9" in codes(score(PHQ9, [None] * 8 + [answer]))


def test_item_9_at_zero_never_reads_as_no_risk():
    found = score(PHQ9, [0] * 9)
    assert codes(found) == {"item-9-zero"}
    assert "does not rule out risk" in found.notices[0].text
    assert codes(score(PHQ9, [0] * 8 + [None])) == set()


def test_ten_or_more_is_told_at_ten():
    assert "ten-or-more" not in codes(score(PHQ9, adding_up_to(PHQ9, 9)))
    assert "ten-or-more" in codes(score(PHQ9, adding_up_to(PHQ9, 10)))


@pytest.mark.parametrize(("total", "code"), [(1, None), (2, "two-is-more-sensitive"), (3, "give-phq9")])
def test_phq2_leads_to_phq9(total, code):
    assert codes(score(READY["phq2"], adding_up_to(READY["phq2"], total))) == ({code} if code else set())


def test_dast10_counts_item_3_the_other_way():
    assert score(DAST10, [NO] * 10).total == 1
    assert score(DAST10, [NO, NO, YES, *[NO] * 7]).total == 0
    assert score(DAST10, [YES, YES, NO, *[YES] * 7]).total == 10


@pytest.mark.parametrize(("total", "code"), [(0, None), (1, "monitor"), (3, "investigate"), (6, "intensive")])
def test_dast10_says_what_to_do(total, code):
    assert codes(score(DAST10, adding_up_to(DAST10, total))) == ({code} if code else set())


def criteria(*positive, impairment=None) -> list[int | None]:
    return [YES if number in positive else NO for number in range(1, 12)] + [impairment]


def test_kud_with_only_10_and_11_is_physical_dependence_only():
    assert "physical-dependence-only" in codes(score(KUD, criteria(10, 11)))
    assert "physical-dependence-only" not in codes(score(KUD, criteria(10, 11, 4)))
    assert "physical-dependence-only" not in codes(score(KUD, criteria(10, 4)))
    assert "physical-dependence-only" not in codes(score(KUD, criteria(11)))


@pytest.mark.parametrize(
    ("impairment", "band", "asked"), [(YES, "mild", True), (NO, "criteria_only", True), (None, "mild", False)]
)
def test_kud_needs_impairment(impairment, band, asked):
    found = score(KUD, criteria(1, 4, impairment=impairment))
    assert (found.band.code, "impairment-not-asked" in codes(found)) == (band, not asked)


def test_kud_with_one_criterion_is_no_disorder_whatever_the_impairment():
    assert score(KUD, criteria(4, impairment=NO)).band.code == "none"
    assert "impairment-not-asked" not in codes(score(KUD, criteria(4)))


def test_symptom_list_claims_no_total():
    found = score(READY["symptoms"], [2] * len(READY["symptoms"].items))
    assert (found.total, found.band, found.missing) == (None, None, ())


@pytest.mark.parametrize("name", NAMES)
def test_value_that_does_not_exist_is_refused_by_item(name):
    instrument = READY[name]
    answers: list[int | None] = [item.allowed[0] for item in instrument.items]
    with pytest.raises(ImpossibleAnswer, match=f"{name}, {instrument.items[0].code}: 9 is not one of"):
        score(instrument, [9, *answers[1:]])
    assert score(instrument, [None, *answers[1:]]).missing == (instrument.items[0].code,)


def test_lowest_answer_of_gad7_is_not_at_all():
    assert [answer["text"] for answer in DOCUMENTS["gad7"]["answers"]][0] == "Not at all"
    assert DOCUMENTS["gad7"]["answers"] == DOCUMENTS["phq9"]["answers"] == DOCUMENTS["phq2"]["answers"]


def test_exact_wording_only_where_it_is_allowed():
    assert {name for name in NAMES if DOCUMENTS[name]["wording"] == "exact"} == {"phq9", "phq2", "gad7"}
    assert all("No permission required" in DOCUMENTS[name]["credit"] for name in ("phq9", "phq2", "gad7"))
    assert "Skinner" in DOCUMENTS["dast10"]["credit"]


FAULTS = {
    "no credit": (("credit", ""), "credit is empty"),
    "no source": (("source", []), "names no source"),
    "another code": (("code", "gad8"), "code “gad8” is not the name of the file"),
    "judgement unsaid": (("judgement", None), "judgement is neither true nor false"),
    "wording unsaid": (("wording", "mine"), "wording is none of exact, own"),
    "no items": (("items", []), "gad7: needs items, each with a code of its own"),
    "maximum too high": (("maximum", 22), "gad7: the highest answers do not add up to 22"),
    "no total, yet bands": (("maximum", None), "gad7: claims no total, so it has no bands and no cut-offs"),
    "answers that fall": (
        ("answers", [{"value": 1, "text": "a"}, {"value": 0, "text": "b"}]),
        "nervous: answers must be whole numbers that rise",
    ),
    "answers without words": (("answers", [{"value": 0, "text": ""}]), "nervous: has no answers, or one without words"),
    "item without words": (("items", [{"code": "x", "text": ""}]), "x: has no words"),
    "notice about no item": (
        ("notices", [{"code": "n", "when": {"items": ["gone"]}, "text": "x", "source": [], "judgement": True}]),
        "notice n: when: gone is not known",
    ),
    "notice without words": (
        ("notices", [{"code": "n", "when": {"total": [1, None]}, "text": "", "source": [], "judgement": True}]),
        "notice n: has no words",
    ),
    "limits that fall": (
        ("notices", [{"code": "n", "when": {"total": [3, 1]}, "text": "x", "source": [], "judgement": True}]),
        "[3, 1]: must be a number and a higher one, or a number and nothing",
    ),
    "needs no item": (("needed", {"item": "gone", "at_least": 1}), "needed: gone is no item"),
}


@pytest.mark.parametrize(("change", "fault"), FAULTS.values(), ids=FAULTS)
def test_faulty_document_is_named(change, fault):
    document = copy.deepcopy(DOCUMENTS["gad7"]) | dict([change])
    assert list(instruments_faults({"instruments/gad7": document, "safety": {}})) == [f"instruments/gad7.yaml: {fault}"]


@pytest.mark.parametrize("content", [{"code": "gad7"}, [], None])
def test_document_without_its_parts_is_named(content):
    (fault,) = instruments_faults({"instruments/gad7": content})
    assert fault.startswith("instruments/gad7.yaml: ")
