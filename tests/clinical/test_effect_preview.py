"""What a draft would do before it is published: to the case library and to the practice's own patients."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from clinical import effect
from clinical.actions import drafting
from clinical.actions.noticing import notice_all
from clinical.admin import effect as effect_page
from clinical.effect import compared
from clinical.effect.previewing import TopTier, target_share
from clinical.models import ConcernChange, ReferenceVersion, RuleDraft, ScreeningRun
from clinical.permissions import CLINICIAN, PRACTICE_ADMIN, REFERENCE_EDITOR, REFERENCE_REVIEWER
from tests import factories
from tests.clinical import publishing
from tests.clinical.stored import everything

pytestmark = pytest.mark.django_db


@pytest.fixture
def practice(doctor):
    """Three patients on record, one signed, two drafts; one without a visit; one of another practice."""
    factories.signed_visit(doctor, record=factories.visit("tramadol 50 mg"))
    factories.draft(doctor, record=factories.visit("amoxicillin 500 mg", "zzqq drops"))
    factories.draft(doctor, record=factories.visit("tramadol 50 mg", uses=(), asked="does_not"))
    factories.patient(doctor)
    factories.draft(factories.clinician(), record=factories.visit("tramadol 50 mg"))
    return doctor.practice


def preview(code, practice, **changed):
    return effect.preview(entry=publishing.entry_in_force(code, **changed), code=code, practice=practice)


def test_preview_says_how_patients_were_counted(practice):
    found = preview("tramadol", practice, severity="moderate")
    assert (found.patients, found.without_visit, found.without_kratom, found.with_unread_lines) == (3, 1, 1, 1)


@pytest.mark.parametrize(
    ("changed", "what", "severity"),
    [
        ({"severity": "moderate"}, compared.CHANGED, "moderate"),
        ({"severity": "contraindicated"}, compared.CHANGED, "contraindicated"),
        ({"action": "Stop."}, compared.CHANGED, "major"),
        ({"severity": "minor", "certainty": "none-found"}, compared.LOST, "major"),
    ],
    ids=["lowered", "raised", "other action", "no flag any more"],
)
def test_preview_counts_by_what_happens_and_severity(changed, what, severity, practice):
    found = preview("tramadol", practice, **changed)
    assert found.touched == 1
    assert found.count(what, severity) == found.count(what) == 1


def test_preview_of_a_new_rule_counts_who_gains_a_flag(practice):
    found = effect.preview(entry=publishing.entry_on("new-one", "amoxicillin"), code="new-one", practice=practice)
    assert found.count(compared.GAINED, "major") == 1
    assert [change.about for one in found.affected for change in one.changes] == ["amoxicillin"]


def test_preview_of_a_retirement_counts_who_loses_it_and_names_expectations_that_fall_away(practice):
    found = effect.preview(entry=None, code="tramadol", practice=practice)
    assert found.count(compared.LOST, "major") == 1
    assert any(line.startswith("tramadol: ") for line in found.library.fallen_away)


def test_preview_of_the_rule_as_it_is_changes_nothing(practice):
    found = preview("tramadol", practice)
    assert (found.touched, found.library.failures) == (0, ())
    assert found.library.ran > 300


def test_preview_stores_nothing(practice):
    before = everything()
    versions = ReferenceVersion.objects.count()
    preview("tramadol", practice, severity="moderate")
    assert everything() == before
    assert (ReferenceVersion.objects.count(), ConcernChange.objects.count()) == (versions, 0)


def test_preview_shows_exactly_what_publishing_then_does(practice, doctor):
    found = preview("tramadol", practice, severity="moderate")
    publishing.revise("tramadol", severity="moderate")

    assert notice_all(practice=practice) == sum(
        ScreeningRun.objects.filter(consultation=one.visit).exists() for one in found.affected
    )


@pytest.mark.parametrize(
    ("tier", "raised"),
    [
        (TopTier(1, 100, 6, 100, 0.05), True),
        (TopTier(1, 100, 5, 100, 0.05), False),
        (TopTier(9, 100, 8, 100, 0.05), False),
        (TopTier(9, 100, 10, 100, 0.05), True),
        (TopTier(1, 100, 6, 100, None), False),
        (TopTier(0, 0, 0, 0, 0.05), False),
    ],
    ids=["above", "at it", "above already and falling", "above already and rising", "no target known", "no flags"],
)
def test_top_tier_says_so_only_when_raised_above_the_share_aimed_at(tier, raised):
    assert tier.is_raised_above_target is raised


def test_share_aimed_at_stands_in_reference_data():
    assert target_share() == 0.05


# ---- The page and the command.


@pytest.fixture
def draft(practice) -> RuleDraft:
    """A draft by an editor of the same practice that lowers tramadol."""
    by = factories.person(REFERENCE_EDITOR, of=practice)
    opened = drafting.open_draft(rule=publishing.rule_in_force("tramadol"), by=by, reason="read again")
    entry = {**opened.entry, "severity": "moderate"}
    return drafting.save_draft(draft=opened, entry=entry, reason="read again", by=by, version=opened.version)


def effect_words(client, who, draft, query="") -> str:
    client.force_login(who)
    answer = client.get(reverse("admin:clinical_ruledraft_effect", args=[draft.pk]) + query)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_editor_sees_counts_and_no_names(client, draft, practice):
    words = effect_words(client, draft.written_by, draft)
    assert "The flags of one patient would change." in words
    assert "patients are counted and not named" in words
    assert practice.patients.order_by("name").first().name not in words


def test_editor_who_reads_charts_gets_the_list_with_links(client, draft, practice):
    both = factories.person(REFERENCE_EDITOR, CLINICIAN, of=practice)
    words = effect_words(client, both, draft)
    changed = ScreeningRun.objects.get().consultation.patient
    assert reverse("clinical:patient", args=[changed.pk]) in words
    assert "lowered from major to moderate, tramadol" in words


def test_reviewer_of_another_practice_counts_their_own_patients(client, draft):
    words = effect_words(client, factories.person(REFERENCE_REVIEWER), draft)
    assert "Counted: 0 patients" in words


def test_many_charts_are_announced_before_they_are_counted(client, draft, monkeypatch):
    monkeypatch.setattr(effect_page, "COUNTED_AT_ONCE", 2)
    words = effect_words(client, draft.written_by, draft)
    assert "Counting: the records of 3 patients" in words
    assert 'http-equiv="refresh"' in words
    assert "The flags of one patient would change." in effect_words(client, draft.written_by, draft, "?count=1")


def test_draft_with_a_fault_says_what_to_mend(client, draft):
    RuleDraft.objects.filter(pk=draft.pk).update(entry={**draft.entry, "severity": "terrible"})
    client.force_login(draft.written_by)
    answer = client.get(reverse("admin:clinical_ruledraft_effect", args=[draft.pk]))
    assert answer.status_code == 422
    assert b"terrible" in answer.content


@pytest.mark.parametrize("role", [CLINICIAN, PRACTICE_ADMIN])
def test_effect_page_is_behind_the_door_of_the_admin(role, client, draft, practice):
    client.force_login(factories.person(role, of=practice))
    answer = client.get(reverse("admin:clinical_ruledraft_effect", args=[draft.pk]))
    assert answer.status_code == (302 if role == CLINICIAN else 200)


def test_command_prints_counts_and_no_names(draft, practice):
    out = StringIO()
    call_command("effect_preview", str(draft.pk), practice=practice.name, stdout=out)
    told = out.getvalue()
    assert "flags would change for 1" in told
    assert "moderate         gain 0  lose 0  change 1" in told
    assert not any(patient.name in told for patient in practice.patients.all())


def test_command_for_no_such_draft_says_so():
    with pytest.raises(CommandError, match="no draft 999"):
        call_command("effect_preview", "999")
