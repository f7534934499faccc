"""Load rows as the templates print them, and which pair flags fold under which row.

Decides nothing clinical: the screening said what belongs to a load. Every flag stays on the page, and one to act on
now is never folded away. A screening stored before there were loads has no rows, and reads as it did.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clinical.screening.knowledge import SEVERITY_ORDER, Severity
from clinical.views.rating_words import ACT_NOW, CERTAINTY_WORDS

DIRECTIONS = {
    "raises": gettext_lazy("raise it"),
    "lowers": gettext_lazy("lower it"),
    "either": gettext_lazy("raise or lower it"),
}
SAID_APART = {"lesser": gettext_lazy("lower grade"), "indirect": gettext_lazy("indirectly")}


@dataclass(slots=True)
class LoadLine:
    """One mechanism on the page: who adds to it, what was not counted, and the pair flags that belong to it.

    `act_now` stay open; `folded` are the others. Both are empty where less than two flags belong to it.
    """

    key: str
    label: str
    count: str
    apart: list[str]
    contributors: list[dict[str, Any]]
    not_counted: list[dict[str, Any]]
    flags: list[dict[str, Any]] = field(default_factory=list)

    @property
    def act_now(self) -> list[dict[str, Any]]:
        return [flag for flag in self.flags if flag["severity"] in ACT_NOW]

    @property
    def folded(self) -> list[dict[str, Any]]:
        return [flag for flag in self.flags if flag["severity"] not in ACT_NOW]

    @property
    def folded_names(self) -> str:
        """What is folded, by severity: "Moderate: sertraline, fluoxetine"."""
        by_word: dict[str, list[str]] = {}
        for flag in self.folded:
            by_word.setdefault(str(flag["severity_word"]), []).append(flag["about"])
        return "; ".join(f"{word}: {', '.join(names)}" for word, names in by_word.items())

    @property
    def needs_mending(self) -> bool:
        """Whether an answer typed under this row was refused, so that it must not be folded away."""
        return any(flag["form"].errors for flag in self.folded if flag.get("form"))

    @property
    def grounds(self) -> SafeString:
        """List items on what each contributor rests on, and on what was not counted. Joined here, for speed."""
        words = {"provisional": escape(_("provisional")), "certainty": escape(_("certainty:"))}
        items = [_grounds_of(item, words) for item in self.contributors]
        items += [
            f"<li><strong>{escape(item['what'])}</strong> {escape(item['why'])}</li>" for item in self.not_counted
        ]
        return mark_safe("".join(items))  # every part is escaped

    @property
    def not_counted_names(self) -> str:
        return ", ".join(dict.fromkeys(item["what"] for item in self.not_counted))


def load_lines(rows: Iterable[dict], flags: list[dict]) -> list[LoadLine]:
    """The rows in their own order; two or more pair flags of one mechanism fold under its row."""
    lines = []
    for row in rows:
        line = _line(row)
        belonging = [flag for flag in flags if _belongs(flag, row)]
        line.flags = belonging if len(belonging) > 1 else []
        lines.append(line)
    return lines


def tiers_of(lines: list[LoadLine], flags: list[dict]) -> dict[str, list[dict[str, Any]]]:
    """Blocks for each part of the page, in the order of severity: a flag of its own, or a row with flags under it.

    A row stands where its worst flag would. Rows without flags stand by themselves, under "quiet".
    """
    under = {id(flag): line for line in lines for flag in line.flags}
    tiers: dict[str, list[dict[str, Any]]] = {"act_now": [], "plan": [], "know": [], "quiet": []}
    placed = set()
    for flag in sorted(flags, key=lambda flag: SEVERITY_ORDER[Severity(flag["severity"])]):
        tier = _tier(flag["severity"])
        line = under.get(id(flag))
        if line is None:
            tiers[tier].append({"flag": flag})
        elif line.key not in placed:
            placed.add(line.key)
            tiers["quiet" if tier == "know" else tier].append({"load": line})
    tiers["quiet"] += [{"load": line} for line in lines if not line.flags]
    return tiers


def _tier(severity: str) -> str:
    if severity in ACT_NOW:
        return "act_now"
    return "plan" if severity == Severity.MODERATE else "know"


def _belongs(flag: dict, row: dict) -> bool:
    """A pair flag of this mechanism whose medicines are all named in the row."""
    named = {item["about"] for item in row["contributors"]}
    return flag["mechanism"] in row["mechanisms"] and named.issuperset(flag["about"].split(", "))


def _line(row: dict) -> LoadLine:
    contributors = [_contributor(item) for item in row["contributors"]]
    plain = [item for item in contributors if not item["apart"]]
    number = len(plain)
    count = ngettext("%(n)d contributor", "%(n)d contributors", number) % {"n": number}
    apart = [_apart(word, contributors) for word in dict.fromkeys(item["apart"] for item in contributors) if word]
    return LoadLine(
        key=row["load"],
        label=row["label"],
        count=f"{count}: {_named(plain)}" if plain else count,
        apart=apart,
        contributors=contributors,
        not_counted=row["not_counted"],
    )


def _contributor(item: dict) -> dict[str, Any]:
    return {
        **item,
        "apart": str(SAID_APART.get(item["way"], "")),
        "moves": str(DIRECTIONS.get(item["direction"], "")),
    }


def _grounds_of(item: dict[str, Any], words: dict[str, str]) -> str:
    """One contributor as a list item: name, how sure, what it rests on, from where, and what qualifies it."""
    apart = f" ({escape(item['apart'])})" if item["apart"] else ""
    tag = f' <span class="kc-tag kc-tag--unknown">{words["provisional"]}</span>' if item["provisional"] else ""
    grounds = "; ".join(_ground(ground, words) for ground in item["grounds"])
    notes = "".join(f" {escape(note)}" for note in item["notes"])
    return f"<li><strong>{escape(item['about'])}</strong>{apart}{tag} {grounds}{notes}</li>"


def _ground(ground: dict[str, Any], words: dict[str, str]) -> str:
    certainty = CERTAINTY_WORDS.get(ground["certainty"], "")
    said = f"; {words['certainty']} {escape(certainty)}" if certainty else ""
    sources = escape(", ".join(ground["sources"]))
    return escape(ground["words"]) + said + (f' <span class="kc-meta">[{sources}]</span>' if sources else "")


def _apart(word: str, contributors: list[dict]) -> str:
    return _("%(how)s: %(names)s") % {"how": word, "names": _named(c for c in contributors if c["apart"] == word)}


def _named(contributors: Iterable[dict]) -> str:
    """Names in a row; where they move it different ways, sorted by which way."""
    by_move: dict[str, list[str]] = {}
    for item in contributors:
        by_move.setdefault(item["moves"], []).append(item["about"])
    return "; ".join(f"{', '.join(names)} ({move})" if move else ", ".join(names) for move, names in by_move.items())
