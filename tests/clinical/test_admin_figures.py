"""Units, contents and thresholds figure by figure in the admin: shape, source and reason, a revision, its history."""

import pytest
from django.urls import reverse

from clinical import snapshots
from clinical.actions.consultation import ChangedByAnother
from clinical.actions.figures import FigureFaulty, revise_figure
from clinical.figures import figure, history_of
from clinical.models import AuditEvent, ReferenceChange, ReferenceTable, ReferenceVersion
from clinical.permissions import REFERENCE_EDITOR, REFERENCE_REVIEWER
from clinical.screening.exposure import exposure_of
from tests import factories
from tests.clinical.screening.examples import use

pytestmark = pytest.mark.django_db

TEASPOON = ("exposure", "units", "teaspoon-any")


@pytest.fixture
def editor(client):
    who = factories.person(REFERENCE_EDITOR)
    client.force_login(who)
    return who


def address(table="exposure", part="units", key="teaspoon-any"):
    return reverse("admin:clinical_referencetable_figure", args=(table, part, key))


def typed(**changes):
    seen = figure(*TEASPOON).revision
    known = {"low": "2", "mid": "2.5", "high": "3", "source": "W46; W139", "judgement": "", "note": "level teaspoon"}
    return {**known, "reason": "weighed again", "seen_revision": seen, **changes}


def revised(by, reason="weighed again", **changes):
    found = figure(*TEASPOON)
    values = {**found.row, **changes}
    return revise_figure(of=found, values=values, by=by, reason=reason)


def test_list_shows_every_figure_with_its_source(client, editor):
    shown = client.get(reverse("admin:clinical_referencetable_figures", args=("exposure",))).content.decode()
    for words in ("teaspoon-any", "2, 2.3, 3", "W46, W139", "leaf_powder-gram", "carry_over_hours", "our judgement"):
        assert words in shown
    listed = client.get(reverse("admin:clinical_referencetable_changelist")).content.decode()
    assert "figure by figure" in listed


def test_change_is_a_revision_that_screening_reads_at_once(client, editor):
    version = snapshots.current_version()
    before = ReferenceTable.objects.get(pk="exposure")
    assert client.post(address(), typed()).status_code == 302
    after = ReferenceTable.objects.get(pk="exposure")
    assert (after.revision, after.is_revised) == (before.revision + 1, True)
    assert snapshots.current_version() == version + 1
    assert ReferenceVersion.objects.get(pk=version + 1).reason == "weighed again"
    known = snapshots.read_knowledge(version + 1)
    assert exposure_of((use(amount=1, unit="teaspoon"),), known).grams_per_day == (2, 2.5, 3)
    assert AuditEvent.objects.latest("id").act == "revised"
    others = [row for row in after.content["units"] if row["unit"] != "teaspoon"]
    assert others == [row for row in before.content["units"] if row["unit"] != "teaspoon"]


def test_history_of_a_figure_leaves_other_figures_out(client, editor):
    revised(editor, mid=2.6, reason="own scale")
    assert len(history_of(figure(*TEASPOON))) == 1
    assert history_of(figure("exposure", "units", "capsule-any")) == []
    shown = client.get(address()).content.decode()
    assert "own scale" in shown
    assert "2.3 → 2.6" in shown


REFUSED = {
    "falling": ({"low": "4"}, "must rise"),
    "negative": ({"low": "-1"}, "greater than or equal to 0"),
    "no number": ({"mid": "two"}, "Enter a number"),
    "no reason": ({"reason": ""}, "required"),
    "neither source nor judgement": ({"source": ""}, "Name a source"),
    "a source not held": ({"source": "W46; nobody2020"}, "nobody2020"),
    "nothing different": (
        {"mid": "2.3", "note": "level teaspoon of powder; a scale is better"},
        "Nothing is different",
    ),
    "an older revision": ({"seen_revision": "0"}, "Somebody changed this table"),
}


@pytest.mark.parametrize(("changes", "words"), REFUSED.values(), ids=REFUSED)
def test_refused_change_stores_nothing(client, editor, changes, words):
    before, version = ReferenceTable.objects.get(pk="exposure").content, snapshots.current_version()
    answer = client.post(address(), typed(**changes))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert ReferenceTable.objects.get(pk="exposure").content == before
    assert snapshots.current_version() == version


def test_what_screening_cannot_use_is_refused_whole(editor):
    found = figure("exposure", "parameters", "carry_over_hours")
    with pytest.raises(FigureFaulty, match="negative"):
        revise_figure(of=found, values={**found.row, "value": -1}, by=editor, reason="slip")


def test_second_editor_is_told(editor):
    read = figure(*TEASPOON)
    revised(editor, mid=2.6)
    with pytest.raises(ChangedByAnother):
        revise_figure(of=read, values={**read.row, "mid": 2.7}, by=editor, reason="too late")
    assert ReferenceChange.objects.filter(key="exposure").count() == 1


def test_reviewer_reads_and_does_not_write(client):
    client.force_login(factories.person(REFERENCE_REVIEWER))
    shown = client.get(address())
    assert shown.status_code == 200
    assert "Publish this figure" not in shown.content.decode()
    assert client.post(address(), typed()).status_code == 403
    assert not ReferenceChange.objects.filter(key="exposure").exists()


@pytest.mark.parametrize(
    "wrong", [("exposure", "units", "bowl-any"), ("exposure", "nothing", "x"), ("safety", "prompts", "x")]
)
def test_figure_that_is_not_there(client, editor, wrong):
    assert client.get(address(*wrong)).status_code == 404


def test_table_without_figures_has_no_list(client, editor):
    for table in ("safety", "gone"):
        assert client.get(reverse("admin:clinical_referencetable_figures", args=(table,))).status_code == 404
