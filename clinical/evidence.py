"""What the page of a rule needs besides the rule's own words: what it looks at, its attributes, its fallen sources."""

from dataclasses import dataclass

from clinical import snapshots
from clinical.effect.proposed import rule_from
from clinical.knowledge_base.tables import rule_row
from clinical.models import InteractionRule, Source
from clinical.resting import fallen
from clinical.rule_attributes import AboutRule, Attribute, Looked, attributes_of, looked_at
from clinical.rule_reviews import Interval, interval
from clinical.screening.inputs import Input, inputs_of


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A source as the page lists it; `because` says why it no longer stands: itself, or its double."""

    source: Source
    because: Source | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """The worked-out parts of a rule's page."""

    looks_at: list[Looked]
    attributes: list[Attribute]
    sources: list[SourceLine]
    held: Interval | None

    @property
    def has_fallen(self) -> bool:
        return any(line.because for line in self.sources)


def inputs_read_by(rule: InteractionRule, version: int | None = None) -> frozenset[Input]:
    """Which facts this revision looks at, beside the other rules in force."""
    known = snapshots.in_force(version).knowledge
    plain = rule_from(rule_row(rule), rule.revision)
    return inputs_of(plain, known)


def evidence_of(rule: InteractionRule, revisions: list[InteractionRule]) -> Evidence:
    """Everything the page shows besides the words of this revision. `revisions` are all of the rule, newest first."""
    version = snapshots.current_version()
    inputs = inputs_read_by(rule, version)
    held, fell = interval(), fallen()
    about = AboutRule(revisions[-1].opened_at.date(), held, version)
    return Evidence(
        looks_at=looked_at(inputs),
        attributes=attributes_of(rule, inputs, about),
        sources=[SourceLine(source, fell.get(source.pk)) for source in rule.sources.all()],
        held=held,
    )
