"""What stands on a sheet, whatever it is printed on: a title, who and when, and sections of entries."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Entry:
    """One point. `lead` stands out, `text` follows, `small` is what it rests on."""

    text: str
    lead: str = ""
    small: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One heading and its points, in the order read. `boxed` sets it apart by a line all round."""

    heading: str
    entries: tuple[Entry, ...]
    boxed: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One document. `kind` names its template in `templates/paper/`; `banner` stands on every page when set."""

    kind: str
    language: str
    title: str
    about: tuple[str, ...]
    sections: tuple[Section, ...]
    footer: tuple[str, ...] = ()
    banner: str = ""
    author: str = field(default="KratomCare")


def as_plain_text(sheet: Sheet) -> str:
    """The sheet as lines for a chart that takes only text: headings in capitals, one point a line."""
    lines = [sheet.banner, sheet.title, *sheet.about] if sheet.banner else [sheet.title, *sheet.about]
    for section in sheet.sections:
        lines += ["", section.heading.upper(), *(_line(entry) for entry in section.entries)]
    return "\n".join([*lines, "", *sheet.footer]).rstrip() + "\n"


def _line(entry: Entry) -> str:
    words = f"{entry.lead.rstrip('.:')}: {entry.text}" if entry.lead and entry.text else entry.lead or entry.text
    return f"- {words}{f' [{entry.small}]' if entry.small else ''}"
