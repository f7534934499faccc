"""What each file holds: the columns of the reference files, with the revision and whether a row is withdrawn."""

from dataclasses import dataclass

from django.db import models

from clinical.models import Source, Substance, SubstanceName, SubstanceRole
from clinical.models.vocabulary import ReferenceRow

TEXT, YES_NO, LINK, LINKS, WITHDRAWN, REVISION = "text", "yes_no", "link", "links", "withdrawn", "revision"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading in the file, the field it fills, and how its cells are read."""

    heading: str
    field: str
    kind: str = TEXT
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One kind of file. `key` are the headings that make a row one and the same."""

    name: str
    model: type[ReferenceRow]
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def headings(self) -> tuple[str, ...]:
        return tuple(column.heading for column in self.columns)

    @property
    def needed(self) -> tuple[str, ...]:
        """Headings without which no row can be read."""
        return tuple(column.heading for column in self.columns if column.heading in self.key)


_REVISION = Column("revision", "revision", REVISION)
_WITHDRAWN = Column("withdrawn", "withdrawn", WITHDRAWN)
SOURCES = Sheet(
    "sources",
    Source,
    ("source_id",),
    (
        Column("source_id", "key", needed=True),
        *(Column(name, name, needed=name == "citation") for name in ("kind", "citation", "pmid", "doi", "url")),
        *(Column(name, name) for name in ("read_here", "supports", "licence", "duplicate_of")),
        _REVISION,
    ),
)
SUBSTANCES = Sheet(
    "substances",
    Substance,
    ("key",),
    (
        Column("key", "key", needed=True),
        Column("rxcui", "rxcui"),
        Column("tty", "term_type"),
        Column("unii", "unii"),
        Column("otc", "is_otc", YES_NO),
        Column("herbal", "is_herbal", YES_NO),
        Column("illicit", "is_illicit", YES_NO),
        Column("components", "components", LINKS),
        Column("source_id", "source_id_text"),
        Column("verified", "is_verified", YES_NO),
        Column("in_current_prescribable", "in_current_prescribable"),
        Column("route", "route"),
        _REVISION,
    ),
)
NAMES = Sheet(
    "names",
    SubstanceName,
    ("name", "substance"),
    (
        Column("name", "name", needed=True),
        Column("substance", "substance", LINK, needed=True),
        Column("kind", "kind", needed=True),
        Column("needs_choice", "needs_choice", YES_NO),
        Column("source_id", "source_id_text"),
        Column("route", "route"),
        _WITHDRAWN,
        _REVISION,
    ),
)
ROLES = Sheet(
    "roles",
    SubstanceRole,
    ("substance", "role"),
    (
        Column("substance", "substance", LINK, needed=True),
        Column("role", "role", LINK, needed=True),
        Column("strength", "strength"),
        Column("source_id", "source_id_text", needed=True),
        Column("source_url", "source_url"),
        Column("verified", "is_verified", YES_NO),
        Column("other_sources", "other_sources"),
        Column("note", "note"),
        _WITHDRAWN,
        _REVISION,
    ),
)
SHEET_OF: dict[type[models.Model], Sheet] = {sheet.model: sheet for sheet in (SOURCES, SUBSTANCES, NAMES, ROLES)}
