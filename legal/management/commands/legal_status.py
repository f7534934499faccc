"""Answers from the terminal what the law says at a place on a day. Reads only."""

import json
from argparse import ArgumentTypeError
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from legal import lookup

EXIT_SEVERAL, EXIT_NOT_FOUND = 3, 4


class Command(BaseCommand):
    help = "Legal status of kratom at a place: “City, ST”, “County, ST”, a ZIP, a state, or a country."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("place", metavar="PLACE")
        parser.add_argument("--on", metavar="DAY", type=_day, help="year-month-day; default: today")
        parser.add_argument("--substance", choices=lookup.ALL_SUBSTANCES, help="default: all three")
        parser.add_argument("--age", metavar="N", type=int)
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(
        self, *, place: str, on: date | None, substance: str | None, age: int | None, as_json: bool, **_: Any
    ) -> None:
        found = lookup.find_place(place)
        if not isinstance(found, lookup.Found):
            self._no_answer(found, as_json)
        today = timezone.localdate()
        substances = (substance,) if substance else lookup.ALL_SUBSTANCES
        rulings = lookup.rulings_at(found, on or today, age, substances, today)
        answer = {name: lookup.ruling_as_json(ruling) for name, ruling in rulings.items()}
        if as_json:
            shown = {
                "on": (on or today).isoformat(),
                "age": age,
                "place": lookup.place_as_json(found) | {"doubts": lookup.doubts_at(found, rulings)},
                "rulings": answer,
            }
            self.stdout.write(json.dumps(shown, indent=2, ensure_ascii=False))
            return
        self.stdout.write("\n".join(_page(found.label, lookup.doubts_at(found, rulings), on or today, answer.values())))

    def _no_answer(self, found: lookup.Several | lookup.NotFound, as_json: bool) -> None:
        """Exit 3 with the choices, or 4 with what to do."""
        if as_json:
            self.stdout.write(json.dumps({"place": lookup.place_as_json(found)}, indent=2, ensure_ascii=False))
        if isinstance(found, lookup.Several):
            raise CommandError(
                "\n".join([found.why, "Choose one:", *(f"  {c}" for c in found.choices)]), returncode=EXIT_SEVERAL
            )
        raise CommandError(found.what_to_do, returncode=EXIT_NOT_FOUND)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"“{text}” is not a day; write year-month-day, such as 2026-07-01") from None


def _page(label: str, doubts: list[str], day: date, rulings: Any) -> list[str]:
    lines = [f"{label}, on {day.isoformat()}", *(f"  ! {doubt}" for doubt in doubts)]
    for ruling in rulings:
        lines += ["", *_ruling(ruling)]
    return [*lines, "", "Not legal advice."]


def _ruling(ruling: dict[str, Any]) -> list[str]:
    lines = [f"{ruling['substance_label']} ({ruling['substance']}): {ruling['label'].upper()}  [{ruling['status']}]"]
    lines.append(f"  decided by: {ruling['decided_by_name'] or 'no level: no entry anywhere'}")
    if not ruling["firm"]:
        known = ruling["strictest_known_label"] or "nothing"
        lines.append(f"  no firm answer; strictest known: {known}. Advise as if not lawful.")
    if ruling["min_age"]:
        allowed = {True: "old enough", False: "too young", None: "age not known"}[ruling["age_allows"]]
        if ruling["status"] != lookup.Status.PROHIBITED:
            lines.append(f"  minimum age: {ruling['min_age']} ({allowed})")
    lines.append(f"  buying: {ruling['may_buy_words']}.")
    if ruling["in_force_words"]:
        lines.append(f"  in force: {ruling['in_force_words']}")
    ages = {age["code"]: age["words"] for age in ruling["staleness"]}
    for level in ruling["levels"]:
        lines += _level(level, ages)
    lines += [_ahead(change) for change in ruling["next_changes"]]
    return lines


def _ahead(change: dict[str, Any]) -> str:
    when = "pending" if change["kind"] == "pending" else f"{change['kind']} {change['on_words']}"
    label = f" {change['label']}." if change["kind"] == "starts" else ""
    return (
        f"  ahead, {when}: {change['name']}:{label} {change['text']} ({change['source_url']}, {change['source_date']})"
    )


def _level(level: dict[str, Any], ages: dict[str, str]) -> list[str]:
    head = f"  - {level['name']}: {level['label']}"
    if "citation" not in level:
        return [head]
    checked = f"{ages[level['code']]} ({level['checked_on']}); confidence {level['confidence']}"
    return [
        head,
        *([f"      doubt: {level['doubted_source']}"] if level["doubted_source"] else []),
        f"      {level['restrictions']}",
        f"      citation: {level['citation']}",
        f"      source: {level['source_url']} ({level['source_date'] or 'undated'}); {checked}",
    ]
