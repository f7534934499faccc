"""Sentences as data, so the pure core can speak without importing a translation catalogue.

A phrase is an English template and its values. `str(phrase)` is plain English; a page may translate the
template first and fill it in afterwards. Mark every template with `gettext_noop` so that it is collected.
"""

from typing import NamedTuple


def gettext_noop(template: str) -> str:
    """Mark a template for translation; returns it unchanged."""
    return template


class Phrase(NamedTuple):
    """One sentence: an English `template` in `%(name)s` style and its `values` as (name, text) pairs."""

    template: str
    values: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return self.template % dict(self.values) if self.values else self.template


def phrase(template: str, **values: object) -> Phrase:
    """Build a phrase; values are turned into text here so that equal phrases compare equal."""
    return Phrase(template, tuple((name, str(value)) for name, value in values.items()))
