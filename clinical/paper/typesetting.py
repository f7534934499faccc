"""A sheet as a tagged PDF, set by typst. Words travel as data, never as markup, so nothing typed can act as code."""

import importlib.util
import json
from dataclasses import asdict
from functools import cache
from pathlib import Path

import typst

from clinical.paper.sheets import Sheet

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "paper"
# Made to be read with poor sight; the others hold the scripts of names it lacks.
FONT_PACKAGES = ("fontpkg_atkinson_hyperlegible", "fontpkg_arimo", "fontpkg_noto_sans_arabic")
# PDF/UA-1: tags, language, title and reading order are checked while the file is made.
STANDARD = "ua-1"


def pdf_of(sheet: Sheet, *, paper: str = "us-letter") -> bytes:
    """The sheet as a PDF. `paper` is a size that typst knows, such as "us-letter" or "a4"."""
    return typst.compile(_source(sheet.kind), **_settings(sheet, paper), pdf_standards=STANDARD)


def pictures_of(sheet: Sheet, *, paper: str = "us-letter", ppi: float = 60) -> list[bytes]:
    """The same pages as PNG, one for each page."""
    made = typst.compile(_source(sheet.kind), **_settings(sheet, paper), format="png", ppi=ppi)
    return made if isinstance(made, list) else [made]


def pages_of(sheet: Sheet, *, paper: str = "us-letter") -> int:
    """On how many pages it stands."""
    found = typst.query(_source(sheet.kind), "<last-page>", **_settings(sheet, paper), field="value", one=True)
    return int(json.loads(found))


def _settings(sheet: Sheet, paper: str) -> dict:
    words = json.dumps({**asdict(sheet), "paper": paper}, ensure_ascii=False)
    return {"sys_inputs": {"sheet": words}, "font_paths": _fonts()}


@cache
def _fonts() -> typst.Fonts:
    """Fonts of the packages first; those of the machine only for scripts that none of them holds."""
    folders = [Path(importlib.util.find_spec(name).origin).parent / "files" for name in FONT_PACKAGES]
    return typst.Fonts(font_paths=folders)


@cache
def _source(kind: str) -> bytes:
    return (TEMPLATES / f"{kind}.typ").read_bytes()
