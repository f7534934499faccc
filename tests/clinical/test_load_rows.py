"""Load rows on the page: what folds under them, that no flag is lost or hidden, and that stored visits keep theirs."""

import itertools
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import reverse

from clinical.actions.replay import replay
from clinical.actions.screening import run_screening
from clinical.models import ScreeningRun
from clinical.views.load_rows import load_lines, tiers_of
from clinical.views.panel import panel_of, shown_flag
from tests import factories
from tests.clinical.test_replay import tamper
from tests.clinical.test_review_page import REVIEW, answers, url_of
from tests.clinical.typed import typed

SEVERITIES = ("contraindicated", "major", "moderate", "minor")
SEROTONERGIC = ("sertraline", "fluoxetine", "linezolid")


def contributor(name: str, way: str = "main", direction: str = "", **rest) -> dict:
    ground = {"role": "r", "words": "w", "certainty": "", "sources": ["S"], "provisional": False}
    plain = {"about": name, "way": way, "direction": direction, "provisional": False, "grounds": [ground], "notes": []}
    return plain | rest


def row(*contributors: dict, key: str = "qt", not_counted: tuple[str, ...] = ()) -> dict:
    missing = [{"what": name, "why": "Not recognised."} for name in not_counted]
    return {
        "load": key,
        "label": key.upper(),
        "mechanisms": [key],
        "contributors": list(contributors),
        "not_counted": missing,
    }


def flag(about: str, severity: str = "moderate", mechanism: str = "qt") -> dict:
    return shown_flag(
        {
            "rule": f"rule-{about}",
            "about": about,
            "severity": severity,
            "certainty": "theoretical",
            "mechanism": mechanism,
            "why": [],
        }
    )


def blocks_in(tiers: dict, tier: str) -> list[str]:
    return [block["load"].key if "load" in block else block["flag"]["about"] for block in tiers[tier]]


@pytest.mark.parametrize(
    ("flags", "tier", "folded"),
    [
        ([flag("a", "major"), flag("b", "major")], "act_now", []),
        ([flag("a", "major"), flag("b")], "act_now", ["b"]),
        ([flag("a"), flag("b", "minor")], "plan", ["a", "b"]),
        ([flag("a", "minor"), flag("b", "minor")], "quiet", ["a", "b"]),
    ],
)
def test_a_row_stands_where_its_worst_flag_would_and_act_now_never_folds(flags, tier, folded):
    lines = load_lines([row(contributor("a"), contributor("b"))], flags)
    tiers = tiers_of(lines, flags)

    assert blocks_in(tiers, tier) == ["qt"]
    assert [found["about"] for found in lines[0].folded] == folded
    assert [found["about"] for found in lines[0].act_now + lines[0].folded] == ["a", "b"]


@pytest.mark.parametrize(
    "flags",
    [
        [flag("a")],
        [flag("a"), flag("b", mechanism="seizure")],
        [flag("a"), flag("long QT syndrome")],
        [flag("a"), flag("b, stranger")],
    ],
    ids=["one flag", "another mechanism", "a condition", "a medicine the row does not name"],
)
def test_less_than_two_pair_flags_of_a_mechanism_fold_nothing(flags):
    lines = load_lines([row(contributor("a"), contributor("b"))], flags)

    assert lines[0].flags == []
    assert blocks_in(tiers_of(lines, flags), "quiet") == ["qt"]
    assert blocks_in(tiers_of(lines, flags), "plan") == [found["about"] for found in flags]


def test_a_flag_about_several_medicines_folds_where_the_row_names_them_all():
    lines = load_lines([row(contributor("a"), contributor("b"))], [flag("a, b"), flag("b")])

    assert [found["about"] for found in lines[0].flags] == ["a, b", "b"]


@pytest.mark.parametrize("severities", list(itertools.product(SEVERITIES, repeat=3)))
def test_every_flag_stands_on_the_page_once(severities):
    flags = [flag(name, severity) for name, severity in zip("abc", severities, strict=True)]
    tiers = tiers_of(
        load_lines([row(contributor("a"), contributor("c")), row(contributor("b"), key="x")], flags), flags
    )

    shown = []
    for block in itertools.chain(*tiers.values()):
        shown += block["load"].act_now + block["load"].folded if "load" in block else [block["flag"]]
    assert sorted(found["about"] for found in shown) == ["a", "b", "c"]
    assert all(found["severity"] not in ("contraindicated", "major") for b in tiers["know"] for found in [b["flag"]])


def test_words_of_a_row():
    both = row(
        contributor("leaf powder", direction="either"),
        contributor("lisinopril", direction="lowers"),
        contributor("prazosin", direction="lowers"),
        contributor("licorice", "lesser", "raises"),
        contributor("furosemide", "indirect"),
        not_counted=("foo", "foo"),
    )
    line = load_lines([both], [])[0]

    assert line.count == "3 contributors: leaf powder (raise or lower it); lisinopril, prazosin (lower it)"
    assert line.apart == ["lower grade: licorice (raise it)", "indirectly: furosemide"]
    assert line.not_counted_names == "foo"
    assert load_lines([row(contributor("a"))], [])[0].count == "1 contributor: a"
    assert load_lines([row(contributor("a", "lesser"))], [])[0].count == "0 contributors"


def test_what_each_rests_on_is_said_and_escaped():
    sure = {"words": "blocks <hERG>", "certainty": "in-vitro/animal", "sources": ["S1", "S2"], "provisional": False}
    item = contributor("<b>", "lesser", provisional=True, grounds=[sure, {**sure, "certainty": "", "sources": []}])
    line = load_lines([row({**item, "notes": ["Planned."]}, not_counted=("<i>",))], [])[0]

    assert line.grounds == (
        '<li><strong>&lt;b&gt;</strong> (lower grade) <span class="kc-tag kc-tag--unknown">provisional</span> '
        'blocks &lt;hERG&gt;; certainty: laboratory or animals only <span class="kc-meta">[S1, S2]</span>; '
        "blocks &lt;hERG&gt; Planned.</li><li><strong>&lt;i&gt;</strong> Not recognised.</li>"
    )


def test_folded_names_stand_by_severity():
    line = load_lines(
        [row(contributor("a"), contributor("b"), contributor("c"))], [flag("a"), flag("b"), flag("c", "minor")]
    )

    assert line[0].folded_names == "Moderate: a, b; Minor: c"


class Places(HTMLParser):
    """Where each flag stands: inside which load row, and whether a closed part hides it."""

    def __init__(self):
        super().__init__()
        self.load, self.depth, self.closed, self.found = "", 0, [], {}
        self.heading = False

    def handle_starttag(self, tag, attrs):
        known = dict(attrs)
        if tag == "li":
            self.depth += 1
            if "data-load" in known:
                self.load, self.at = known["data-load"], self.depth
        if tag == "details":
            self.closed.append("open" not in known)
        self.heading = tag == "h4"

    def handle_endtag(self, tag):
        if tag == "details":
            self.closed.pop()
        if tag == "li":
            self.depth -= 1
            if self.load and self.depth < self.at:
                self.load = ""

    def handle_data(self, data):
        if self.heading:
            self.found[data] = (self.load, any(self.closed))
            self.heading = False


def places(page: str) -> dict[str, tuple[str, bool]]:
    reader = Places()
    reader.feed(page)
    return reader.found


@pytest.fixture
def desk(doctor) -> Client:
    client = Client()
    client.force_login(doctor)
    return client


def medicines(*names: str) -> dict[str, str]:
    return {f"medicine-{number}-entered": name for number, name in enumerate(names)}


@pytest.mark.django_db
def test_live_list_folds_serotonergic_pairs_under_one_row(desk, doctor):
    url = reverse("clinical:what_matters", args=[factories.patient(doctor).pk])
    page = desk.post(url, typed(**medicines(*SEROTONERGIC, "zzz"))).content.decode()

    assert "leaf powder, fluoxetine, linezolid, sertraline" in page
    assert "Moderate: linezolid, fluoxetine, sertraline" in page
    ssris = next(title for title in places(page) if title.startswith("SSRIs"))
    assert places(page)[ssris] == ("serotonergic", True)
    assert "Not counted: zzz" in page


@pytest.mark.django_db
def test_flags_to_act_on_now_stay_open_under_their_row(desk, doctor):
    url = reverse("clinical:what_matters", args=[factories.patient(doctor).pk])
    page = desk.post(url, typed(**medicines("tramadol", "alprazolam", "gabapentin"))).content.decode()

    act_now = {title: place for title, place in places(page).items() if place[0] == "sedative"}
    assert len(act_now) == 4  # the row itself and three pairs
    assert not any(hidden for _, hidden in act_now.values())
    assert page.index("Act now") < page.index('data-load="sedative"') < page.index("Tramadol: slowed breathing")


@pytest.mark.django_db
def test_load_row_asks_for_no_answer_and_a_refused_answer_opens_it(desk, doctor):
    draft = factories.draft(doctor, record=factories.visit(*SEROTONERGIC))
    page = desk.get(url_of(draft, REVIEW)).content.decode()
    flags = draft.runs.latest("ran_at").result["flags"]

    assert page.count("Needs an answer before signing.") == len([f for f in flags if f["severity"] == "major"])
    assert 'id="load-pairs-serotonergic">' in page
    number = next(number for number, f in enumerate(flags) if f["rule"] == "ssris")
    refused = desk.post(url_of(draft, REVIEW), answers(desk, draft, **{f"flag{number}-answer": "monitor"}))
    assert refused.status_code == 422
    assert 'id="load-pairs-serotonergic" open>' in refused.content.decode()


@pytest.mark.django_db
def test_signed_visit_shows_the_rows_it_was_signed_with(desk, doctor):
    visit = factories.signed_visit(doctor, record=factories.visit(*SEROTONERGIC))
    page = desk.get(url_of(visit)).content.decode()

    assert 'data-load="serotonergic"' in page
    assert [row["load"] for row in visit.signed_run.result["load"]] == [
        line.key for line in load_lines(visit.signed_run.result["load"], [])
    ]


@pytest.mark.django_db
def test_a_run_stored_before_loads_reads_as_it_did_and_replays(doctor):
    visit = factories.draft(doctor, record=factories.visit(*SEROTONERGIC))
    run = run_screening(consultation=visit, by=doctor)
    before = {key: value for key, value in run.result.items() if key != "load"}
    tamper(run, result=before)
    stored = ScreeningRun.objects.get(pk=run.pk)
    panel = panel_of(stored)

    assert panel.blocks["quiet"] == []
    assert [b["flag"]["about"] for b in panel.blocks["plan"]] == [f["about"] for f in panel.plan]
    assert [done.is_equal for done in replay(run=run.pk)] == [True]


@pytest.mark.django_db
def test_a_stored_load_that_differs_is_named_by_replay(doctor):
    visit = factories.draft(doctor, record=factories.visit(*SEROTONERGIC))
    run = run_screening(consultation=visit, by=doctor)
    tamper(run, result={**run.result, "load": []})

    assert [done.differences[0][:14] for done in replay(run=run.pk)] == ["load: stored ["]
