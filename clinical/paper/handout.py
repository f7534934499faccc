"""One patient's page: their own flags in plain words, when to call and whom, and what comes next.

Decides nothing clinical. Where one page is too small, the least serious points go first and a line says that there is
more; what is to be acted on now is never left out, even if that takes a second page.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from clinical.paper.handout_words import HandoutWords
from clinical.paper.sheets import Entry, Section, Sheet
from clinical.screening.knowledge import Severity

ACT_NOW = (Severity.CONTRAINDICATED, Severity.MAJOR)
SEVEN_OH = "7oh"
DERIVATIVES = "pseudoindoxyl"
# What is in them is not known: named apart, and told nothing that is known of leaf alone.
UNSURE_KINDS = ("enhanced", "unknown")
MOST_NAMES = 4


@dataclass(frozen=True, slots=True)
class ForWhom:
    """Whose page it is and whom they call. `agreed` is the plan, only where it was asked to stand here."""

    name: str
    day: str
    practice: str
    phone: str
    crisis_line: str
    emergency_call: str
    next_steps: tuple[tuple[str, str], ...] = ()
    agreed: str = ""
    is_draft: bool = False


def handout_sheet(result: dict[str, Any], facts: dict[str, Any], words: HandoutWords, whom: ForWhom) -> Sheet:
    """The whole page, however long. `result` and `facts` as stored with a screening."""
    said = words.words
    now, plan = (_flag_entries(result["flags"], facts, words, severities) for severities in (ACT_NOW, ("moderate",)))
    sections = [
        Section(said["now"], now, boxed=True) if now else None,
        Section(said["agreed"], (Entry(whom.agreed),), boxed=True) if whom.agreed else None,
        Section(said["next"], tuple(Entry(what, lead=day) for day, what in whom.next_steps))
        if whom.next_steps
        else None,
        _calls(said["emergency"].format(emergency=whom.emergency_call), words.emergency, boxed=True),
        _calls(said["same_day"], words.same_day),
        _stopping(result, facts, words),
        Section(said["plan"], plan) if plan else None,
        Section(said["tips"], (*_not_checked(result, words), *_tips(facts, words))),
    ]
    if not (now or plan):
        sections.insert(0, Section(said["now"], (Entry(said["no_list"]),)))
    return Sheet(
        kind="handout",
        language=words.language,
        title=said["title"],
        about=(f"{whom.name} · {whom.day} · {whom.practice}",),
        sections=tuple(section for section in sections if section),
        footer=(
            said["clinic"].format(phone=whom.phone) if whom.phone else said["no_phone"],
            said["crisis"].format(crisis=whom.crisis_line),
            said["unsure"],
        ),
        banner=said["draft"] if whom.is_draft else "",
    )


def fitted(sheet: Sheet, words: HandoutWords, pages_of: Callable[[Sheet], int]) -> Sheet:
    """The sheet shortened until it stands on one page, with the line that says there is more."""
    if pages_of(sheet) <= 1:
        return sheet
    more = (words.words["more"], *sheet.footer)
    for shorter in _shortened(sheet, words):
        sheet = replace(shorter, footer=more)
        if pages_of(sheet) <= 1:
            break
    return sheet


def _shortened(sheet: Sheet, words: HandoutWords) -> Iterator[Sheet]:
    """Ever shorter sheets: tips from the last, then what is only to plan for."""
    for heading, least in ((words.words["tips"], 2), (words.words["plan"], 0), (words.words["tips"], 0)):
        section = next((section for section in sheet.sections if section.heading == heading), None)
        while section and len(section.entries) > least:
            shorter = replace(section, entries=section.entries[:-1])
            kept = tuple(shorter if part is section else part for part in sheet.sections)
            sheet, section = replace(sheet, sections=tuple(part for part in kept if part.entries)), shorter
            yield sheet


def _flag_entries(flags: list[dict], facts: dict, words: HandoutWords, severities: tuple) -> tuple[Entry, ...]:
    """One point for each mechanism, or rule with words of its own, naming every medicine of it once."""
    points: dict[str, list[dict]] = {}
    for flag in flags:
        if flag["severity"] in severities:
            code = flag["rule"] if flag["rule"] in words.mechanisms else flag["mechanism"]
            points.setdefault(code, []).append(flag)
    return tuple(_entry(code, same, facts, words) for code, same in points.items())


def _entry(code: str, flags: list[dict], facts: dict, words: HandoutWords) -> Entry:
    said = words.mechanisms.get(code) or words.mechanisms["other"]
    product = _product(facts, words)
    names = _named([name for flag in flags for name in _names_of(flag)], words.words["and"])
    lead = said["lead"].format(product=product, names=names) if names or "{names}" not in said["lead"] else product
    text = f"{said['what']} {said['do']}".format(product=_within_sentence(product), names=names)
    provisional = words.words["provisional"] if all(flag["provisional"] for flag in flags) else ""
    return Entry(text, lead=lead, small=provisional)


def _names_of(flag: dict) -> list[str]:
    """What the person knows it by: a medicine by its substances, anything else as it was recorded."""
    return [flag["about"]] if "_" not in flag["about"] else list(flag["entered"])


def _named(names: list[str], word_for_and: str) -> str:
    unlike = list(dict.fromkeys(name for name in names if name))
    return f" {word_for_and} ".join([", ".join(unlike[:-1]), unlike[-1]]) if len(unlike) > 1 else "".join(unlike)


def _product(facts: dict, words: HandoutWords) -> str:
    """Leaf, 7-OH, pseudoindoxyl and what is not known for sure, each under its own name."""
    kinds = {use["product"] for use in facts["kratom"]}
    named = [words.products["leaf"]] if _takes_leaf(facts) else []
    named += [words.products["seven_oh"]] if SEVEN_OH in kinds else []
    named += [words.products["pseudoindoxyl"]] if DERIVATIVES in kinds else []
    named += [words.products.get(kind, words.products["leaf"]) for kind in UNSURE_KINDS if kind in kinds]
    return ", ".join(dict.fromkeys(named))


def _within_sentence(product: str) -> str:
    """“Kratom” begins a point with a capital letter and goes on without one."""
    return product[:1].lower() + product[1:]


def _takes_leaf(facts: dict) -> bool:
    """Anything but 7-OH, its derivatives and what is not known for sure; where nothing is named, kratom is meant."""
    kinds = {use["product"] for use in facts["kratom"]}
    return bool(kinds - {SEVEN_OH, DERIVATIVES, *UNSURE_KINDS}) or not kinds


def _tips(facts: dict, words: HandoutWords) -> tuple[Entry, ...]:
    left_out = words.other_tips if _takes_leaf(facts) else words.leaf_tips
    return tuple(Entry(text) for text in words.tips if text not in left_out)


def _stopping(result: dict, facts: dict, words: HandoutWords) -> Section | None:
    """By concern. What is known of stopping leaf is not told to those who take none."""
    concern = result["withdrawal"]
    if concern is None:
        return None
    setting = "complicated" if concern["complicated"] else concern["tier"]
    other = None if _takes_leaf(facts) else words.stopping.get(f"{setting}-other")
    text = other or words.stopping[setting]
    return Section(words.words["stopping"], (Entry(text),), boxed=setting in ("high", "complicated"))


def _calls(heading: str, texts: tuple[str, ...], *, boxed: bool = False) -> Section:
    return Section(heading, tuple(Entry(text) for text in texts), boxed=boxed)


def _not_checked(result: dict, words: HandoutWords) -> tuple[Entry, ...]:
    """Lines of the list that could not be judged, by name; silence would read as fine."""
    names = [row["entered"] for row in result["medications"] if row["match"] in ("none", "ambiguous")]
    if not names:
        return ()
    shown = ", ".join(names[:MOST_NAMES])
    if len(names) > MOST_NAMES:
        shown += f" {words.words['and_more'].format(n=len(names) - MOST_NAMES)}"
    return (Entry(words.words["not_checked"].format(names=shown)),)
