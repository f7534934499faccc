"""What is wrong with a proposed rule, each fault with the field it belongs to. Reads the database, writes nothing.

The checks of the reference files hold here too; beside them stand those that only a database can answer.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from clinical import reference_files
from clinical.models import Condition, InteractionRule, Role, RuleObject, Source, Substance
from clinical.rule_entries import LISTS, NO_SOURCE_FOUND, PLAIN_NAMES, Entry
from clinical.rule_reach import reach_of
from clinical.screening.knowledge import Certainty

# A claim graded on reports or studies names them; what is reasoned, or was looked for in vain, may have no source.
MAY_LACK_SOURCES = (Certainty.THEORETICAL, Certainty.NONE_FOUND)
SAYS_RETRACTED = ("contradiction", "evidence_for", "rating_driver", "severity_reason")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to mend. `field` is the field of the form, "objects-0-keys" for a line of a list."""

    field: str
    words: str


def faults_in(entry: Entry) -> list[Fault]:
    """Everything that keeps a rule from being published. Empty only for an entry that screening can read."""
    known = known_keys()
    codes = {code: is_open for code, is_open in _codes()}
    in_force = {code for code, is_open in codes.items() if is_open} | {entry["code"]}
    faults = [*_word_faults(entry, in_force, known), *_object_faults(entry, in_force, codes, known)]
    if not any(fault.field.startswith("objects") for fault in faults):
        faults += [*_reach_faults(entry), *_refining_faults(entry)]
    return [*faults, *_modifier_faults(entry, known), *_source_faults(entry)]


def replaced_by(code: str) -> list[str]:
    """The rules in force that name this one among those they replace; it cannot go before they are revised."""
    rows = RuleObject.objects.filter(rule__closed_at=None, refines__contains=[code]).exclude(rule__code=code)
    return sorted(set(rows.values_list("rule__code", flat=True)))


def known_keys() -> reference_files.Files:
    """The keys of everything a rule may name, as the checks of the reference files take them."""
    return reference_files.Files(
        sources=dict.fromkeys(Source.objects.values_list("pk", flat=True)),
        substances=dict.fromkeys(Substance.objects.values_list("pk", flat=True)),
        roles=dict.fromkeys(Role.objects.values_list("pk", flat=True)),
        conditions=dict.fromkeys(Condition.objects.values_list("pk", flat=True)),
    )


def _codes() -> Iterator[tuple[str, bool]]:
    """Every code ever used, and whether a revision of it is in force."""
    in_force = set(InteractionRule.objects.filter(closed_at=None).values_list("code", flat=True))
    for code in InteractionRule.objects.values_list("code", flat=True).distinct().order_by():
        yield code, code in in_force


def _word_faults(entry: Entry, codes: set[str], known: reference_files.Files) -> Iterator[Fault]:
    if entry.get("severity") and not entry.get("certainty"):
        yield Fault("certainty", _("A severity needs a certainty beside it: how sure is it?"))
    for words in reference_files.rule_faults({**entry, "objects": []}, codes, known):
        name = words.split(" ")[0]
        is_said = name == "certainty" and entry.get("severity") and not entry.get("certainty")
        if is_said or (name == "fires" and entry["objects"]):
            continue
        field = {"modifier": "modifiers", "source": "sources", "fires": "objects"}.get(name, name)
        yield Fault(field if field in (*PLAIN_NAMES, "modifiers", "sources", "objects") else "", words)


def _modifier_faults(entry: Entry, known: reference_files.Files) -> Iterator[Fault]:
    """A modifier that no condition, product, substance or role sets."""
    set_by_conditions = {key for keys in Condition.objects.values_list("modifiers", flat=True) for key in keys}
    for words in reference_files.modifier_faults(entry, set_by_conditions, known):
        yield Fault("modifiers", words)


def _object_faults(
    entry: Entry, in_force: set[str], codes: dict[str, bool], known: reference_files.Files
) -> Iterator[Fault]:
    """The faults of each line, which is checked alone so that it can be named."""
    elsewhere = set(reference_files.rule_faults({**entry, "objects": []}, in_force, known))
    for number, group in enumerate(entry["objects"]):
        for words in reference_files.rule_faults({**entry, "objects": [group]}, in_force, known):
            column = words.split(":")[0]
            if words not in elsewhere:
                yield Fault(f"objects-{number}-{column if column in LISTS else 'keys'}", words)
        for code in group.get("refines") or ():
            if codes.get(code) is False:
                told = _("rule “%s” is retired; it cannot be replaced for a substance any more")
                yield Fault(f"objects-{number}-refines", told % code)


def _reach_faults(entry: Entry) -> Iterator[Fault]:
    for number, reach in enumerate(reach_of(entry["objects"])):
        if reach.is_empty:
            told = _("matches no substance in force: %s") % reach.words
            yield Fault(f"objects-{number}-keys", told)
        elif reach.unknown:
            told = _("no substance in force has the role %s") % ", ".join(reach.unknown)
            yield Fault(f"objects-{number}-keys", told)


def _refining_faults(entry: Entry) -> Iterator[Fault]:
    """A rule that replaces itself, or stands in a circle, would silence all rules of the circle."""
    replaces: dict[str, set[str]] = {}
    rows = RuleObject.objects.filter(rule__closed_at=None).exclude(refines=[]).exclude(rule__code=entry["code"])
    for code, refined in rows.values_list("rule__code", "refines"):
        replaces.setdefault(code, set()).update(refined)
    for number, group in enumerate(entry["objects"]):
        for refined in group.get("refines") or ():
            way = _way_back(refined, entry["code"], replaces)
            if refined == entry["code"]:
                yield Fault(f"objects-{number}-refines", _("a rule cannot replace itself"))
            elif way:
                circle = " → ".join((entry["code"], *way))
                yield Fault(f"objects-{number}-refines", _("these rules would replace each other: %s") % circle)


def _way_back(start: str, goal: str, replaces: dict[str, set[str]]) -> tuple[str, ...]:
    """The rules from one to another, each replacing the next; empty where there is no way."""
    waiting, seen = [(start,)], {start}
    while waiting:
        way = waiting.pop()
        if way[-1] == goal:
            return way
        for code in sorted(replaces.get(way[-1], set()) - seen):
            seen.add(code)
            waiting.append((*way, code))
    return ()


def _source_faults(entry: Entry) -> Iterator[Fault]:
    sources = entry.get("sources") or ()
    if not sources and not entry.get(NO_SOURCE_FOUND):
        yield Fault("sources", _("name a source, or say below that none was found"))
    elif not sources and entry.get("certainty") not in MAY_LACK_SOURCES:
        told = _("without a source the certainty can only be %s") % ", ".join(MAY_LACK_SOURCES)
        yield Fault("certainty", told)
    elif sources and entry.get(NO_SOURCE_FOUND):
        yield Fault(NO_SOURCE_FOUND, _("sources are named, so this cannot be said"))
    told_of = " ".join(str(entry.get(name) or "") for name in SAYS_RETRACTED).casefold()
    gone = Source.objects.filter(pk__in=sources, status=Source.Status.RETRACTED).values_list("pk", flat=True)
    if gone and "retract" not in told_of:
        told = _("%s was retracted: say so in what contradicts or supports the rule, or take it out")
        yield Fault("sources", told % ", ".join(sorted(gone)))
