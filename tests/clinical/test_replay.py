"""A stored run gives the same answer again, from its own facts and the knowledge it was screened with."""

import io
import zlib
from dataclasses import fields, is_dataclass, replace

import pgtrigger
import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from clinical import demo, snapshots
from clinical.actions.editing import revise_rule
from clinical.actions.replay import BESIDE_THE_FACTS, replay
from clinical.actions.screening import run_screening
from clinical.admin.rule_form import entry_of
from clinical.knowledge_base.packing import Damaged, pack, unpack
from clinical.management.progress import with_progress
from clinical.models import InteractionRule, KeptKnowledge, ScreeningRun
from clinical.permissions import REFERENCE_EDITOR
from clinical.screening.facts import Facts, History, KratomUse, Patient, Scores, Taken
from clinical.screening.knowledge import Knowledge, RoleOf
from clinical.screening.plain import NotReadable, canonical, from_plain, to_plain
from clinical.what_matters import plain, what_matters_in
from tests import factories

db = pytest.mark.django_db
LISTS = ("tramadol 50 mg", "seroquel 100 qhs, stopped 3/2026", "Ultram 50 mg prn", "zanax", "nonsense zzz", "alcohol")


def revise_tramadol(**words) -> InteractionRule:
    rule = InteractionRule.objects.get(code="tramadol", closed_at=None)
    editor = factories.person(REFERENCE_EDITOR)
    return revise_rule(rule=rule, entry={**entry_of(rule), **words}, by=editor, reason="Another wording")


def told(capsys, **options) -> tuple[int, list[str]]:
    """Exit status and lines of the command."""
    status = 0
    try:
        call_command("replay", **options)
    except SystemExit as end:
        status = end.code
    return status, capsys.readouterr().out.splitlines()


@db
def test_every_run_of_the_demo_data_is_equal(capsys, settings):
    settings.DEV = True
    demo.make_demo_practice()
    runs = ScreeningRun.objects.count()
    assert runs >= 5
    assert told(capsys) == (0, [f"{runs} runs, {runs} equal"])


@db
def test_run_is_equal_after_its_rule_was_revised(doctor, capsys):
    visit = factories.draft(doctor, record=factories.visit(*LISTS))
    before = run_screening(consultation=visit, by=doctor)
    revise_tramadol(summary="Another wording.", severity="minor")
    after = run_screening(consultation=visit, by=doctor)
    assert before.reference_version + 1 == after.reference_version
    assert before.result["flags"] != after.result["flags"]
    assert told(capsys) == (0, ["2 runs, 2 equal"])
    assert [one.run for one in replay(run=before.pk)] == [before.pk]


@db
def test_knowledge_is_kept_once_for_each_version_used(doctor):
    first = factories.draft(doctor)
    run = run_screening(consultation=first, by=doctor)
    other = run_screening(consultation=factories.draft(doctor), by=doctor)
    assert run.knowledge_id == other.knowledge_id
    kept = KeptKnowledge.objects.get()
    assert kept.reference_version == run.reference_version
    known = snapshots.read_knowledge(run.reference_version)
    assert unpack(kept.digest, bytes(kept.content)) == known
    revise_tramadol(summary="Another wording.")
    assert KeptKnowledge.objects.count() == 1  # nobody has screened with it yet
    run_screening(consultation=first, by=doctor)
    assert KeptKnowledge.objects.count() == 2


def tamper(run: ScreeningRun, **values) -> None:
    """What no user of the application can do."""
    with pgtrigger.ignore():
        ScreeningRun.objects.filter(pk=run.pk).update(**values)


def without_first_flag(result: dict) -> dict:
    return {**result, "flags": result["flags"][1:]}


def with_flag_of_before(result: dict) -> dict:
    return {**result, "flags": [*result["flags"], {**result["flags"][0], "rule": "gone"}]}


def with_softer_flag(result: dict) -> dict:
    return {**result, "flags": [{**result["flags"][0], "severity": "minor"}, *result["flags"][1:]]}


TAMPERED = {
    "flag taken out": (without_first_flag, "rule quetiapine about quetiapine: fires now, and was not stored"),
    "flag put in": (with_flag_of_before, "rule gone about quetiapine: was stored, and does not fire now"),
    "flag softened": (with_softer_flag, "rule quetiapine about quetiapine: differs in severity"),
    "another order": (lambda r: {**r, "flags": r["flags"][::-1]}, "flags: in another order"),
    "no prompts": (lambda r: {**r, "safety": ["x"]}, 'safety: stored ["x"], now ['),
    "no gaps": (lambda r: {**r, "not_assessed": []}, "not_assessed: stored [], now [{"),
    "other exposure": (lambda r: {**r, "exposure": None}, "exposure: stored null, now {"),
    "other tier": (lambda r: {**r, "withdrawal": None}, "withdrawal: stored null, now {"),
}


@db
@pytest.mark.parametrize(("change", "says"), TAMPERED.values(), ids=TAMPERED)
def test_stored_answer_that_differs_is_named(change, says, doctor, capsys):
    run = run_screening(
        consultation=factories.draft(doctor, record=factories.visit("tramadol", "quetiapine", "zzz")), by=doctor
    )
    tamper(run, result=change(run.result))
    status, lines = told(capsys)
    assert status == 1
    assert lines[0].startswith(f"run {run.pk} (reference version {run.reference_version}): {says}")
    assert lines[-1] == "1 runs, 0 equal"


@db
def test_run_of_before_is_named_and_never_guessed(doctor, capsys):
    run = run_screening(consultation=factories.draft(doctor), by=doctor)
    tamper(run, knowledge=None)
    status, lines = told(capsys)
    assert (status, lines[-1]) == (0, "1 runs, 0 equal, 1 not kept")
    assert "was run before its knowledge was kept" in lines[0]


@db
def test_kept_knowledge_that_was_damaged_is_named(doctor, capsys):
    run_screening(consultation=factories.draft(doctor), by=doctor)
    with pgtrigger.ignore():
        KeptKnowledge.objects.update(content=zlib.compress(b"{}"))
    status, lines = told(capsys)
    assert (status, lines[-1]) == (1, "1 runs, 0 equal")
    assert "cannot be read: the content is not what its digest says" in lines[0]


@db
def test_facts_with_an_unknown_field_are_refused_by_name(doctor, capsys):
    run = run_screening(consultation=factories.draft(doctor), by=doctor)
    tamper(run, facts={**run.facts, "mood": "low"})
    status, lines = told(capsys)
    assert status == 1
    assert "cannot be read: Facts has an unknown field mood" in lines[0]


@db
@pytest.mark.parametrize("run", ["no-id", "8c5a64f0-0000-0000-0000-000000000000"])
def test_replay_of_no_run_is_refused(run):
    with pytest.raises(CommandError, match="is not the id of a run|There is no run"):
        call_command("replay", "--run", run)


@db
def test_stored_facts_are_all_that_the_engine_was_given(doctor):
    shown = what_matters_in(factories.draft(doctor, record=factories.visit(*LISTS)))
    stored = {name: value for name, value in shown.facts.items() if name not in BESIDE_THE_FACTS}
    facts = from_plain(Facts, stored)
    assert plain(facts) == stored
    again = plain(snapshots.screen(facts, snapshots.current_rules()))
    assert canonical(again["flags"]) == canonical(shown.result["flags"])


def values_of(kind):
    return st.from_type(kind)


amounts = st.one_of(st.none(), st.floats(0, 1e6, allow_nan=False).map(lambda value: round(value, 3)))
words = st.text(max_size=12).filter(lambda text: "\x00" not in text)
ANY_FACTS = st.builds(
    Facts,
    patient=st.builds(
        Patient,
        age=st.one_of(st.none(), st.integers(0, 120)),
        sex=st.one_of(st.none(), words),
        conditions=st.lists(words, max_size=3).map(tuple),
        unknown_conditions=st.lists(words, max_size=3).map(tuple),
    ),
    kratom=st.lists(
        st.builds(KratomUse, amount=amounts, doses_per_day=amounts, per=st.sampled_from(["dose", "day"])), max_size=3
    ).map(tuple),
    history=values_of(History),
    taken=st.lists(
        st.builds(
            Taken,
            entered=words,
            substances=st.lists(words, max_size=3).map(tuple),
            stopped_days_ago=amounts,
            route=st.one_of(st.none(), words),
        ),
        max_size=3,
    ).map(tuple),
    scores=st.builds(Scores, phq9=st.one_of(st.none(), st.lists(st.integers(0, 3), min_size=9, max_size=9).map(tuple))),
)


@given(ANY_FACTS)
@settings(max_examples=100, deadline=None)
def test_facts_come_back_as_they_were(facts):
    assert from_plain(Facts, plain(facts)) == facts
    assert to_plain(facts) == plain(facts)


def test_every_field_of_the_facts_is_written():
    facts = Facts(kratom=(KratomUse(),), taken=(Taken("x"),))

    def check(value) -> None:
        for field in fields(value):
            part = getattr(value, field.name)
            for item in part if isinstance(part, tuple) else (part,):
                if is_dataclass(item):
                    check(item)
        assert set(plain(value)) == {field.name for field in fields(value)}

    check(facts)


@db
def test_knowledge_comes_back_as_it_was():
    known = snapshots.read_knowledge(1)
    packed = pack(known)
    assert unpack(packed.digest, packed.content) == known
    assert pack(replace(known, roles=known.roles[::-1])).digest != packed.digest
    assert len(packed.content) < 200_000


FACTS = to_plain(Facts(taken=(Taken("x"),), kratom=(KratomUse(),)))
MISFITS = {
    "unknown field": ({**FACTS, "mood": 1}, "Facts has an unknown field mood"),
    "no object": ([], "Facts is not an object"),
    "lacks what was typed": ({"taken": [{"match": "exact"}]}, r"Facts.taken\[0\] lacks entered"),
    "unknown word": ({"kratom": [{"product": "snuff"}]}, r"Facts.kratom\[0\].product “snuff” is not one of"),
    "text for a number": ({"kratom": [{"amount": "3"}]}, r"Facts.kratom\[0\].amount is not a float"),
    "fraction for a whole number": ({"patient": {"age": 3.5}}, "Facts.patient.age is not a int"),
    "yes for a number": ({"patient": {"age": True}}, "Facts.patient.age is not a int"),
    "text for a list": ({"taken": "x"}, "Facts.taken is not a list"),
}


@pytest.mark.parametrize(("value", "says"), MISFITS.values(), ids=MISFITS)
def test_facts_that_do_not_fit_are_refused(value, says):
    with pytest.raises(NotReadable, match=says):
        from_plain(Facts, value)


KNOWLEDGE_MISFITS = {
    "two figures for three": ({"units": [{"unit": "g", "product": "", "grams": [1, 2]}]}, "has 2 values, not 3"),
    "list for an object": ({"parameters": []}, "Knowledge.parameters is not an object"),
}


@pytest.mark.parametrize(("value", "says"), KNOWLEDGE_MISFITS.values(), ids=KNOWLEDGE_MISFITS)
def test_knowledge_that_does_not_fit_is_refused(value, says):
    with pytest.raises(NotReadable, match=says):
        from_plain(Knowledge, value)


def test_kept_knowledge_that_is_no_json_is_refused():
    packed = pack(Knowledge(roles=(RoleOf("tramadol", "opioid_agonist"),)))
    with pytest.raises(Damaged):
        unpack(packed.digest, b"no zlib")
    with pytest.raises(Damaged, match="not what its digest says"):
        unpack("0" * 64, packed.content)


class Screen(io.StringIO):
    """A terminal that somebody looks at."""

    def isatty(self) -> bool:
        return True


def test_progress_is_drawn_where_somebody_looks():
    seen, unseen = Screen(), io.StringIO()
    assert list(with_progress(iter("abc"), total=3, stream=seen)) == ["a", "b", "c"]
    assert list(with_progress(iter("abc"), total=3, stream=unseen)) == ["a", "b", "c"]
    assert seen.getvalue().splitlines()[-1].endswith("3/3")
    assert seen.getvalue().count("/3") == 3
    assert unseen.getvalue() == ""
