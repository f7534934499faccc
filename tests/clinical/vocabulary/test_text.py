"""Medicine lines as they are typed, pasted and printed, taken apart."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinical.vocabulary.text import Entry, normalise, openings, parse_entry, tidy, unread_after
from tests.clinical.vocabulary.hostile import PIECES_OF_LINES
from tests.counted_calls import MOST_GROWTH, growth

# line, name, strength, route, form
LINES = [
    ("Ultram 50 mg prn", "ultram", "50 mg", None, None),
    ("quetiapine 100 mg at bedtime", "quetiapine", "100 mg", None, None),
    ("seroquel 100 qhs", "seroquel", "100", None, None),
    ("suboxone 8/2 film", "suboxone", "8/2", None, "film"),
    ("Suboxone 8mg-2mg SL film daily", "suboxone", "8mg-2mg", "sublingual", "film"),
    ("buprenorphine-naloxone 8-2 mg SL bid", "buprenorphine-naloxone", "8-2 mg", "sublingual", None),
    ("vitamin b12 1000 mcg", "vitamin b12", "1000 mcg", None, None),
    ("5-htp 100mg", "5-htp", "100mg", None, None),
    ("7-oh 15 mg tabs", "7-oh", "15 mg", None, "tablet"),
    ("1,4-butanediol", "1,4-butanediol", None, None, None),
    ("25i-nbome", "25i-nbome", None, None, None),
    ("co-trimoxazole 960", "co-trimoxazole", "960", None, None),
    ("tylenol #3", "tylenol #3", None, None, None),
    ("6-aminocaproic acid", "6-aminocaproic acid", None, None, None),
    ("norco 10/325 #30", "norco", "10/325", None, None),
    ("St. John's Wort", "st. john's wort", None, None, None),
    ("nyquil", "nyquil", None, None, None),
    ("tylenol pm", "tylenol pm", None, None, None),
    ("- lisinopril 10 mg po daily", "lisinopril", "10 mg", "oral", None),
    ("• Lisinopril 10 mg PO daily", "lisinopril", "10 mg", "oral", None),
    ("1. metformin 500 mg BID with meals", "metformin", "500 mg", None, None),
    ("2) aspirin 81 mg EC daily", "aspirin", "81 mg", None, "extended release"),
    ("[x] sertraline 50 mg", "sertraline", "50 mg", None, None),
    ("fentanyl 25 mcg/hr patch q72h", "fentanyl", "25 mcg/hr", "transdermal", "patch"),
    ("fentanyl patch 25", "fentanyl", "25", "transdermal", "patch"),
    ("oxycodone ER 20mg q12h", "oxycodone", "20mg", None, "extended release"),
    ("take 1 tablet of tramadol 50 mg by mouth every 6 hours", "tramadol", "50 mg", "oral", "tablet"),
    ("2 tabs tramadol 50mg", "tramadol", "50mg", None, "tablet"),
    ("100 mg tramadol", "tramadol", "100 mg", None, None),
    ("inj. morphine 5 mg iv stat", "morphine", "5 mg", "injected", "injection"),
    ("Tab. Paracetamol 500mg TDS", "paracetamol", "500mg", None, "tablet"),
    ("hydrocodone-acetaminophen 5-325 mg", "hydrocodone-acetaminophen", "5-325 mg", None, None),
    ("lisinopril/hctz 20/12.5", "lisinopril/hctz", "20/12.5", None, None),
    ("insulin glargine 20 units qhs", "insulin glargine", "20 units", None, None),
    ("insulin, regular, human", "insulin, regular, human", None, None, None),
    ("timolol 0.5% eye drops 1 gtt both eyes bid", "timolol", "0.5%", "ophthalmic", "drops"),
    ("ofloxacin otic 5 drops each ear", "ofloxacin", None, "otic", "drops"),
    ("flonase nasal spray 2 sprays each nostril daily", "flonase", None, "nasal", "spray"),
    ("albuterol hfa 90 mcg 2 puffs q4-6h prn", "albuterol", "90 mcg", "inhaled", "inhaler"),
    ("budesonide nebulized 0.5mg/2ml", "budesonide", "0.5mg/2ml", "inhaled", None),
    ("vivitrol 380 mg IM monthly", "vivitrol", "380 mg", "injected", None),
    ("sumatriptan 6 mg sub-q", "sumatriptan", "6 mg", "injected", None),
    ("nexplanon implant", "nexplanon", None, "implant", None),
    ("ketamine troche 100 mg buccal", "ketamine", "100 mg", "buccal", "lozenge"),
    ("nicotine gum 2 mg", "nicotine", "2 mg", None, "gum"),
    ("penicillin 1,000,000 units", "penicillin", "1,000,000 units", None, None),
    ("clonazepam 0.5mg 1-2 q4-6h prn", "clonazepam", "0.5mg", None, None),
    ("xanax 1", "xanax", "1", None, None),
    ("xanax ½", "xanax", "½", None, None),
    ("xanax 2½ tabs", "xanax", "2½", None, "tablet"),
    ("tramadol 50mg/day", "tramadol", "50mg/day", None, None),
    ("warfarin, 5mg, daily", "warfarin", "5mg", None, None),
    ("warfarin: 5 mg", "warfarin", "5 mg", None, None),
    ("amoxicillin 250mg/5ml susp", "amoxicillin", "250mg/5ml", None, "liquid"),
    ("Depo-Provera 150 mg/mL IM q3 months", "depo-provera", "150 mg/ml", "injected", None),
    ("estradiol 0.01% vaginal cream", "estradiol", "0.01%", "vaginal", "cream"),
    ("testosterone 1% gel", "testosterone", "1%", None, "gel"),
    ("hydrocortisone 1% cream top bid", "hydrocortisone", "1%", "topical", "cream"),
    ("clobetasol lotion", "clobetasol", None, None, "lotion"),
    ("diazepam 5 mg PR", "diazepam", "5 mg", "rectal", None),
    ("glycerin suppository", "glycerin", None, None, "suppository"),
    ("lithium carbonate 300 mg TID since 2019", "lithium carbonate", "300 mg", None, None),
    ("ibuprofen extra strength", "ibuprofen", "extra strength", None, None),
    ("smokes cannabis daily", "cannabis", None, None, None),
    ("alcohol 3 drinks per night", "alcohol", None, None, "drink"),
    ("2 glasses of wine nightly", "wine", None, None, "drink"),
    ("delta-8 gummies 25 mg", "delta-8", "25 mg", None, "gummy"),
    ("insulin lispro sliding scale", "insulin lispro", None, None, None),
    ("kava(root)", "kava", None, None, None),
    ("moodlift plus", "moodlift plus", None, None, None),
    ("1-2 tabs", "", None, None, "tablet"),
    ("50 mg", "", "50 mg", None, None),
    ("for pain", "", None, None, None),
    ("", "", None, None, None),
    (" \t ", "", None, None, None),
]
SIGS = [
    ("Ultram 50 mg prn", "prn"),
    ("seroquel 100 qhs", "qhs"),
    ("Tylenol with codeine #3 1 tab q6h prn pain", "1 q6h prn pain"),
    ("norco 10/325 #30", "#30"),
    ("tramadol 50 mg three times a day for back pain", "three times a day for back pain"),
    ("ibuprofen 400 mg max 3 per day", "max 3 per day"),
    ("lisinopril", ""),
]


@pytest.mark.parametrize(("line", "name", "strength", "route", "form"), LINES, ids=[case[0] for case in LINES])
def test_line_is_taken_apart(line, name, strength, route, form):
    entry = parse_entry(line)
    assert (entry.raw, entry.name, entry.strength) == (line, name, strength)
    assert (entry.route, entry.form) == (route, form)


@pytest.mark.parametrize(("line", "sig"), SIGS, ids=[case[0] for case in SIGS])
def test_sig_keeps_what_is_neither_strength_form_nor_route(line, sig):
    assert parse_entry(line).sig == sig


@pytest.mark.parametrize(
    "line",
    [
        "tramadol stopped 3/2026",
        "tramadol d/c'd 3/2026",
        "d/c'd tramadol",
        "stopped taking tramadol",
        "tramadol 50 mg for pain, discontinued in March 2026",
        "tramadol for pain stopped last month",
        "tramadol (50 mg) no longer taking",
        "tramadol stopped 2 weeks ago",
    ],
)
def test_stopped_medicine_says_so(line):
    entry = parse_entry(line)
    assert (entry.name, entry.stopped) == ("tramadol", True)


@pytest.mark.parametrize(
    "line", ["tramadol p.r.n.", "tramadol as needed for pain", "tramadol for pain prn", "tramadol PRN"]
)
def test_as_needed_is_noticed(line):
    entry = parse_entry(line)
    assert (entry.name, entry.as_needed, entry.stopped) == ("tramadol", True, False)


def test_date_of_stopping_is_not_a_strength():
    assert parse_entry("tramadol stopped 3/2026").strength is None


@pytest.mark.parametrize(
    ("line", "name", "aside"),
    [
        ("duragesic (fentanyl) 50 mcg/h", "duragesic", "fentanyl"),
        ("sertraline 50mg (zoloft)", "sertraline", "zoloft"),
        ("sertraline [zoloft", "sertraline", "zoloft"),
        ("(aspirin)", "", "aspirin"),
        ("warfarin (5 mg) (coumadin)", "warfarin", "5 mg coumadin"),
    ],
)
def test_brackets_are_kept_aside(line, name, aside):
    entry = parse_entry(line)
    assert (entry.name, entry.aside) == (name, aside)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("St. John's-Wort", "st johns wort"),
        ("St. John’s Wort", "Saint Johns wort"),
        ("Vit B12", "vitamin B12"),
        ("sertraline HCl", "sertraline hydrochloride"),
        ("morphine sulphate", "morphine sulfate"),
        ("Tylenol w/ codeine", "tylenol with codeine"),
        ("Cold & Flu", "cold and flu"),
        ("Naïve", "naive"),
    ],
)
def test_spellings_of_one_name_become_the_same(one, other):
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize(
    ("one", "other"), [("vitamin b6", "vitamin b12"), ("zyrtec", "zyrtec-d"), ("hydroxyzine", "hydralazine")]
)
def test_different_names_stay_different(one, other):
    assert normalise(one) != normalise(other)


def test_openings_run_from_longest_to_shortest():
    assert list(openings("Theo-24 200 mg")) == [("theo-24 200 mg", 14), ("theo-24 200", 11), ("theo-24", 7)]


def test_openings_after_a_verb_come_second():
    assert [name for name, _ in openings("take aspirin")] == ["take aspirin", "take", "aspirin"]


def test_openings_of_nothing_are_none():
    assert list(openings(" - ")) == []


@pytest.mark.parametrize(
    ("line", "after", "unread"),
    [
        ("fiorinal #3 prn", 8, ("#3", True)),
        ("tramadol 50 mg dr smith", 8, ("smith", False)),
        ("tramadol 50 mg", 8, ("", False)),
        ("tramadol", 8, ("", False)),
        ("tramadol - 50 mg", 8, ("", False)),
    ],
)
def test_unread_words_are_reported(line, after, unread):
    assert unread_after(line, after) == unread


MARKS = [
    ("tra\u200bmadol 50 mg", "zero width"),
    ("\u202etramadol\u202c 50 mg", "right to left"),
    ("\ufefftramadol 50 mg", "byte order mark"),
    ("tramadol\x00 50 mg", "zero byte"),
    ("tramadol\x07 50 mg", "bell"),
    ("tramadol\u00a050\u00a0mg", "no-break space"),
    ("tramadol\t50 mg", "tab"),
    ("ｔｒａｍａｄｏｌ　５０ｍｇ", "full width"),
    ("<b>tramadol</b> 50 mg", "tags"),
    ("<script>alert(1)</script>tramadol 50 mg", "script"),
    ("&nbsp;tramadol&#160;50 mg", "entities"),
    ("💊 tramadol 50 mg", "emoji"),
    ("tramadol® 50 mg", "trade mark"),
    ("=tramadol 50 mg", "formula"),
    ("Tramadol-ER 50 mg", "release behind a hyphen"),
    ("Rx: tramadol 50 mg", "prescription sign"),
    ("Med #3: tramadol 50 mg", "numbered medicine"),
    ("12) tramadol 50 mg", "number"),
]


@pytest.mark.parametrize("line", [case[0] for case in MARKS], ids=[case[1] for case in MARKS])
def test_marks_around_and_inside_a_name_do_not_hide_it(line):
    entry = parse_entry(line)
    assert (entry.raw, normalise(entry.name)) == (line, "tramadol")


@pytest.mark.parametrize(
    ("line", "route"),
    [
        ("timolol 0.5% oph soln 1 gtt OU BID", "ophthalmic"),
        ("prednisolone acetate 1% OD qid", "ophthalmic"),
        ("timolol 1 drop OS", "ophthalmic"),
        ("ofloxacin 5 gtts AD bid", "otic"),
        ("ofloxacin 0.3% AS", "otic"),
        ("metformin 500 mg OD", None),
        ("tramadol as AD", None),
        ("naloxone 4 mg IN prn", "nasal"),
        ("naloxone 4 mg IN", "nasal"),
        ("tramadol started in March", None),
        ("budesonide inh 180 mcg", "inhaled"),
        ("clotrimazole vag cream", "vaginal"),
        ("scopolamine patch behind ear q3d", "transdermal"),
        ("estradiol patch PV", "vaginal"),
    ],
)
def test_short_words_for_routes_are_read_where_they_mean_one(line, route):
    assert parse_entry(line).route == route


@pytest.mark.parametrize(
    "line", ["little blue pill", "blue pill for blood pressure", "white round tablets", "test strips"]
)
def test_words_that_only_describe_are_one_name_that_nothing_begins_with(line):
    assert parse_entry(line).name in (line, "blue pill")


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(st.text(max_size=80), st.lists(st.sampled_from([case[0] for case in LINES]), max_size=3).map(" ".join))
)
def test_any_text_is_parsed_and_nothing_is_lost(raw):
    entry = parse_entry(raw)
    assert isinstance(entry, Entry)
    assert entry.raw == raw
    assert entry.name in tidy(raw)
    assert all(word in tidy(raw) for word in entry.aside.split())
    assert all(name in tidy(raw) for name, _ in openings(raw))


@pytest.mark.parametrize("piece", PIECES_OF_LINES, ids=ascii)
def test_work_grows_with_the_line_and_not_with_its_square(piece):
    assert growth(lambda line: (parse_entry(line), unread_after(line, 0)), piece) < MOST_GROWTH
