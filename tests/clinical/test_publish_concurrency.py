"""Publishing while others read and publish, with real connections: one version whole, and one winner who is known."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pgtrigger
import pytest
from django.db import connection, transaction

from clinical import models, snapshots
from clinical.actions import editing, reference
from clinical.actions.consultation import ChangedByAnother
from clinical.knowledge_base.packing import pack
from clinical.knowledge_base.tables import entry_of, rule_row
from clinical.permissions import REFERENCE_EDITOR
from clinical.screening.facts import Facts, KratomUse, Patient, Product, Taken
from tests import factories
from tests.own_connections import at_once, own_connection

READERS, PUBLISHES = 3, 6
PAIR = ("tramadol", "quetiapine")
FACTS = Facts(
    patient=Patient(age=40, sex="male"),
    kratom=(KratomUse(product=Product.LEAF_POWDER),),
    taken=(Taken("tramadol", substances=("tramadol",)), Taken("quetiapine", substances=("quetiapine",))),
)
# A change writes these one after the other, so a reader in between would see half of it.
TITLES = "Wording {}"


@pytest.fixture
def committed(transactional_db):
    """Real commits, and everything that was published taken away again afterwards."""
    last = snapshots.current_version()
    rules = set(models.InteractionRule.objects.values_list("pk", flat=True))
    closed = set(models.InteractionRule.objects.exclude(closed_at=None).values_list("pk", flat=True))
    yield
    fresh = models.InteractionRule.objects.exclude(pk__in=rules)
    with pgtrigger.ignore(), transaction.atomic(), connection.cursor() as cursor:
        keys = list(fresh.values_list("pk", flat=True))
        for table in ("clinical_ruleobject", "clinical_rulemodifier"):
            cursor.execute(f"DELETE FROM {table} WHERE rule_id = ANY(%s)", [keys])
        cursor.execute("DELETE FROM clinical_interactionrule_sources WHERE interactionrule_id = ANY(%s)", [keys])
        cursor.execute("DELETE FROM clinical_interactionrule WHERE id = ANY(%s)", [keys])
        opened = list(rules - closed)
        cursor.execute("UPDATE clinical_interactionrule SET closed_at = NULL WHERE id = ANY(%s)", [opened])
        cursor.execute("DELETE FROM clinical_referenceversion WHERE number > %s", [last])
    snapshots._rules_at.cache_clear()


def revise_pair(by, number: int) -> None:
    """Both rules worded anew as one change and one version."""
    with transaction.atomic():
        reference.take_turn()
        for code in PAIR:
            rule = models.InteractionRule.objects.get(code=code, closed_at=None)
            entry = {**entry_of(rule_row(rule)), "title": TITLES.format(number)}
            reference.close_rule(rule=rule)
            reference.open_rule(entry=entry, revision=rule.revision + 1, by=by, reason="hammered")
        reference.publish(by=by, reason="hammered")


def digest_of(version: int) -> str:
    return pack(snapshots.read_knowledge(version)).digest


@pytest.mark.usefixtures("committed")
def test_readers_see_each_version_whole_while_rules_are_published():
    editor = factories.person(REFERENCE_EDITOR)
    start = snapshots.current_version()
    published = {start: digest_of(start)}
    done = threading.Event()
    seen: list[tuple[int, str, frozenset[str]]] = []

    def write() -> None:
        with own_connection():
            try:
                for number in range(PUBLISHES):
                    revise_pair(editor, number)
                    version = snapshots.current_version()  # the only writer, so it is ours
                    published[version] = digest_of(version)
            finally:
                done.set()

    def read() -> None:
        with own_connection():
            while not done.is_set():
                snapshots._rules_at.cache_clear()  # as a worker that has just started
                in_force = snapshots.in_force()
                flags = snapshots.screen(FACTS, in_force.rules).flags
                titles = frozenset(flag.title for flag in flags if flag.rule in PAIR)
                seen.append((in_force.rules.reference_version, pack(in_force.knowledge).digest, titles))

    with ThreadPoolExecutor(READERS + 1) as pool:
        jobs = [pool.submit(write), *(pool.submit(read) for _ in range(READERS))]
        for job in jobs:
            job.result(timeout=120)

    assert len(published) == PUBLISHES + 1
    assert len({version for version, _, _ in seen}) > 2
    assert [(version, digest) for version, digest, _ in seen if published[version] != digest] == []
    assert [titles for version, _, titles in seen if version > start and len(titles) != 1] == []


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize("attempt", range(3))
def test_of_two_publishes_of_one_rule_one_wins_and_the_other_is_told(attempt):
    people = [factories.person(REFERENCE_EDITOR) for _ in range(2)]
    rule = models.InteractionRule.objects.get(code="tramadol", closed_at=None)
    entry, before = entry_of(rule_row(rule)), snapshots.current_version()

    def revise(person, number):
        words = {**entry, "title": TITLES.format(number)}
        return lambda: editing.revise_rule(rule=rule, entry=words, by=person, reason="at once")

    answers = at_once(*(revise(person, number) for number, person in enumerate(people)))
    won = [answer for answer in answers if isinstance(answer, models.InteractionRule)]
    told = [answer for answer in answers if isinstance(answer, ChangedByAnother)]
    assert (len(won), len(told)) == (1, 1), answers
    assert "Nothing of yours was stored" in str(told[0])
    stored = models.InteractionRule.objects.filter(code="tramadol").order_by("revision")
    assert [row.title for row in stored][1:] == [won[0].title]
    assert snapshots.current_version() == before + 1


@pytest.mark.usefixtures("committed")
def test_reader_between_two_versions_takes_the_newer_one_whole(monkeypatch):
    editor = factories.person(REFERENCE_EDITOR)
    read, times = snapshots.read_knowledge, []

    def read_and_be_overtaken(version):
        found = read(version)
        times.append(version)
        if len(times) == 1:
            at_once(lambda: revise_pair(editor, 1))
        return found

    snapshots._rules_at.cache_clear()
    start = snapshots.current_version()
    monkeypatch.setattr(snapshots, "read_knowledge", read_and_be_overtaken)
    publish_after = snapshots.in_force(start)
    assert times == [start, start + 1]
    assert publish_after.rules.reference_version == start + 1
    titles = {rule.title for rule in publish_after.knowledge.rules if rule.code in PAIR}
    assert titles == {TITLES.format(1)}


@pytest.mark.usefixtures("committed")
def test_two_first_runs_at_once_keep_the_knowledge_once():
    from clinical.actions.screening import run_screening

    doctor = factories.clinician()
    drafts = [factories.draft(doctor) for _ in range(3)]
    runs = at_once(*(lambda one=one: run_screening(consultation=one, by=doctor) for one in drafts))
    assert {run.knowledge_id for run in runs} == {models.KeptKnowledge.objects.get().digest}
