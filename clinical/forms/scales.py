"""Rating instruments as fields: one select an item, answered with one key; complete, or a word on what is open.

The same fields stand on the page of the visit (PHQ-9, COWS) and on the page of a scale. Scores nothing: the core does.
"""

import copy
import json
from collections.abc import Iterable
from functools import lru_cache
from html import escape

from django import forms
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from clinical.forms.consultation_fields import Choice, PlainSelect
from clinical.instruments import Words
from clinical.screening.instruments import Score, score

EMPTY = gettext_lazy("Not answered")
# Read by the script that tells how far one is, and the total once it is there.
PROGRESS = gettext_lazy("{name}: {answered} of {of} answered")
TOTAL = gettext_lazy("{name} {total} of {most}, {band}")
TOTAL_ALONE = gettext_lazy("{name} {total} of {most}")
NO_TOTAL = gettext_lazy("{name}: all answered")
NO_SUCH = gettext_lazy("{key} is no answer here. There are {keys}.")


def scale_fields(words: Words) -> dict[str, Choice]:
    """`gad7_1` and so on, in the order of the items, copied for one form."""
    return copy.deepcopy(_fields(words))


@lru_cache(maxsize=32)
def _fields(words: Words) -> dict[str, Choice]:
    return {
        f"{words.code}_{number}": Choice(
            label=f"{number}. {question}",
            empty=EMPTY,
            choices=[(str(value), f"{value} {text}") for value, text in answers],
            widget=PlainSelect(attrs={"class": "form-select", "data-item": True}),
        )
        for number, (question, answers) in enumerate(zip(words.questions, words.answers, strict=True), start=1)
    }


def _rows(form: forms.Form, words: Words) -> Iterable[SafeString]:
    for number, item in enumerate(words.core.items, start=1):
        bound = form[f"{words.code}_{number}"]
        marks = f"{' data-reversed' if item.is_reversed else ''}{'' if item.is_scored else ' data-unscored'}"
        label = f'<label for="{bound.id_for_label}">{escape(str(bound.label))}</label>'
        yield mark_safe(f'<div class="kc-item"{marks}>{label}{bound}{bound.errors}</div>')


@lru_cache(maxsize=64)
def _blank_rows(words: Words, language: str | None) -> tuple[SafeString, ...]:
    """The same with nothing answered, once for each language."""
    form = forms.Form()
    form.fields = scale_fields(words)
    return tuple(_rows(form, words))


class Scale:
    """One instrument within a form: what its template needs, and what was answered."""

    def __init__(self, form: forms.Form, words: Words, sex: str = ""):
        self.form, self.words, self.sex = form, words, sex

    @property
    def names(self) -> list[str]:
        return [f"{self.words.code}_{number}" for number in range(1, len(self.words.questions) + 1)]

    @property
    def is_blank(self) -> bool:
        """Whether nothing can stand in it yet: most pages open so, and cost nothing for it."""
        return not self.form.is_bound and not any(self.form.initial.get(name) for name in self.names)

    @property
    def values(self) -> list[str]:
        if self.is_blank:
            return [""] * len(self.names)
        return [self.form[name].value() or "" for name in self.names]

    @property
    def is_started(self) -> bool:
        return any(self.values)

    @property
    def rows(self) -> Iterable[SafeString]:
        """Each item with its select and message, written out: a template would take longer than all the rest."""
        return _blank_rows(self.words, get_language()) if self.is_blank else tuple(_rows(self.form, self.words))

    @property
    def data(self) -> str:
        """What the script needs, as JSON."""
        core = self.words.core
        return json.dumps(
            {
                "name": self.words.short,
                "most": core.maximum,
                "bands": [[band.low, band.high, band.text] for band in core.bands],
                "progress": str(PROGRESS),
                "total": str(TOTAL if core.bands else TOTAL_ALONE),
                "noTotal": str(NO_TOTAL),
                "noSuch": str(NO_SUCH),
            }
        )

    def answered(self, cleaned: dict) -> list[int | None]:
        return [int(cleaned[name]) if cleaned.get(name) else None for name in self.names]

    @property
    def standing(self) -> str:
        """How far it is, in words; the total only when complete."""
        values = self.values
        if not any(values):
            return _("not recorded")
        answered = [int(value) if value.isascii() and value.isdigit() else None for value in values]
        try:
            return score_words(self.words, score(self.words.core, answered, sex=self.sex or None), answered)
        except ValueError:
            return _("not complete")


def score_words(words: Words, found: Score, answers: Iterable[int | None]) -> str:
    """A score in a line: total and band, "complete" for a list without a total, or how many are answered."""
    answers = list(answers)
    if None in answers:
        told = {"answered": len(answers) - answers.count(None), "of": len(answers)}
        return _("%(answered)s of %(of)s answered") % told
    if found.total is None:
        return _("complete; no total is claimed")
    total = _("%(total)s of %(most)s") % {"total": found.total, "most": words.core.maximum}
    return f"{total}, {found.band.text}" if found.band else total


def still_open_words(answers: list[int | None]) -> str:
    """What to say of an instrument that is to be recorded and has open items."""
    missing = [str(number) for number, answer in enumerate(answers, start=1) if answer is None]
    if len(missing) == len(answers):
        return _("Nothing is answered yet.")
    message = ngettext("Item %(items)s is not answered.", "Items %(items)s are not answered.", len(missing))
    return message % {"items": ", ".join(missing)}


def open_items_words(words: Words, answers: list[int | None]) -> str:
    """What to say of an instrument of the visit that was begun and not finished."""
    missing = [number for number, answer in enumerate(answers, start=1) if answer is None]
    message = ngettext(
        "%(name)s has no total yet: item %(items)s is not answered. Answer it, or clear all %(of)s.",
        "%(name)s has no total yet: items %(items)s are not answered. Answer them, or clear all %(of)s.",
        len(missing),
    )
    return message % {"name": words.short, "items": ", ".join(map(str, missing)), "of": len(answers)}
