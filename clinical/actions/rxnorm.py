"""Loads an RxNorm release: staged and worked out first, then switched to in one transaction with its audit event.

Our own substances are never renamed, renumbered or pointed elsewhere; names, roles and corrections are not touched.
Where ours has no number and the release has the name, the number is filled in as a recorded revision.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone

from clinical.actions.audit import note
from clinical.actions.reference import publish, take_turn
from clinical.models import ReferenceChange, RxNormConcept, RxNormRelease, Source, Substance, User
from clinical.rxnorm import concepts, dose_forms, ingredients, matching, reading, report, staging

LICENCE = (
    "RxNorm's normalised names (SAB=RXNORM) are in the public domain. This product uses publicly available data"
    " courtesy of the U.S. National Library of Medicine (NLM), National Institutes of Health, Department of Health"
    " and Human Services; NLM is not responsible for the product and does not endorse or recommend this or any other"
    " product."
)
ADDRESS = "https://www.nlm.nih.gov/research/umls/rxnorm/"


@dataclass(slots=True)
class Loaded:
    """What an import did or, with `check`, would do."""

    label: str
    is_already_loaded: bool = False
    is_checked_only: bool = False
    term_types: dict[str, int] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    first: dict[str, list[report.Row]] = field(default_factory=dict)


class _OnlyChecking(Exception):
    """Rolls the transaction back after a check."""


def import_release(
    *,
    folder: Path,
    tell: reading.Progress,
    by: User | None = None,
    label: str = "",
    check: bool = False,
    again: bool = False,
    shown: int = 10,
    write: Callable[[], None] | None = None,
) -> Loaded:
    """Load the release in `folder`, or only say what that would change (`check`).

    The same files again change nothing, unless `again` asks for it because our own substances changed meanwhile.
    `write` is called while the report can be read whole. Raises `reading.ReleaseFaulty` and `staging.ImportRunning`;
    then nothing was changed.
    """
    files = reading.files_in(folder)
    digest = reading.digest_of(files)
    loaded = Loaded(label=label or folder.resolve().name, is_checked_only=check)
    with staging.only_import():
        if not (again or check) and RxNormRelease.objects.filter(is_current=True, digest=digest).exists():
            loaded.is_already_loaded = True
            return loaded
        staging.fill(files, tell)
        if reading.digest_of(files) != digest:
            raise reading.ReleaseFaulty(f"{folder}: the files changed while they were read. Try again.")
        ingredients.work_out()
        dose_forms.work_out()
        try:
            with transaction.atomic():
                _switch(loaded, digest, by, shown, write)
                if check:
                    raise _OnlyChecking
        except _OnlyChecking:
            pass
        staging.run(staging.DROP)
    return loaded


def _switch(loaded: Loaded, digest: str, by: User | None, shown: int, write: Callable[[], None] | None) -> None:
    """Everything that lasts. What is ours is read here, after waiting for editors: it cannot change meanwhile."""
    take_turn()
    matching.work_out()
    concepts.work_out()
    report.work_out()
    loaded.term_types, loaded.counts = report.term_types(), report.counts()
    loaded.first = {kind: report.first(kind, shown) for kind in report.KINDS}
    if write:
        write()
    source = _source(loaded.label, digest)
    reason = f"RxNorm release loaded: {loaded.label}"[:300]
    _fill_in_numbers(reason, by)
    _run(MAKE_SUBSTANCES, [source])
    _run(LINK_SUBSTANCES)
    RxNormConcept.objects.all().delete()
    _run(STORE_CONCEPTS)
    release = _release(loaded, digest, by)
    publish(by=by, reason=reason)
    note(by=by, act="published", record=release)


def _run(statement: str, values: list | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _source(label: str, digest: str) -> str:
    """The row of sources that stands for this release; new substances name it."""
    source, _is_new = Source.objects.get_or_create(
        key=f"rxnorm_{digest[:12]}",
        defaults={
            "kind": "terminology",
            "citation": f"U.S. National Library of Medicine. RxNorm, release {label}",
            "url": ADDRESS,
            "read_here": "yes",
            "supports": "Numbers, names, term types and what each concept consists of, loaded from the release files.",
            "licence": LICENCE,
        },
    )
    return source.key


def _fill_in_numbers(reason: str, by: User | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT key, rxcui, kind FROM rx_number ORDER BY key")
        found = cursor.fetchall()
    for key, rxcui, kind in found:
        substance = Substance.objects.select_for_update().get(key=key)
        before = {"rxcui": substance.rxcui, "term_type": substance.term_type}
        substance.rxcui, substance.term_type = rxcui, substance.term_type or kind
        substance.revision += 1
        substance.is_revised = True
        substance.save()
        ReferenceChange.objects.create(
            by=by,
            reason=reason,
            model=Substance._meta.model_name,
            key=key,
            revision=substance.revision,
            before=before,
            after={"rxcui": substance.rxcui, "term_type": substance.term_type},
        )


def _release(loaded: Loaded, digest: str, by: User | None) -> RxNormRelease:
    """The release as a row, its report put together by the database: it may be longer than memory should be."""
    RxNormRelease.objects.filter(is_current=True).update(is_current=False)
    release = RxNormRelease.objects.create(
        label=loaded.label[:120],
        digest=digest,
        loaded_at=timezone.now(),
        loaded_by=by,
        is_current=True,
        counts=loaded.term_types,
        report={"counts": loaded.counts},
    )
    _run(STORE_REPORT, [release.pk])
    return release


MAKE_SUBSTANCES = """
INSERT INTO clinical_substance (key, rxcui, term_type, unii, is_otc, is_herbal, is_illicit, source_id_text, is_verified,
  route, in_current_prescribable, revision, loaded_digest, is_revised)
SELECT f.key, f.rxcui, f.kind, '', false, false, false, %s, true, coalesce(r.route, ''), '', 1, '', false
FROM rx_fresh f LEFT JOIN rx_route r USING (rxcui) ORDER BY f.key
"""
LINK_SUBSTANCES = """
INSERT INTO clinical_substance_components (from_substance_id, to_substance_id)
SELECT DISTINCT l.whole, l.part FROM rx_link l JOIN rx_fresh f ON f.key = l.whole ORDER BY 1, 2
"""
STORE_CONCEPTS = """
INSERT INTO clinical_rxnormconcept
  (rxcui, term_type, name, substances, choices, other_names, route, status, remapped_to)
SELECT rxcui, term_type, name, substances, choices, other_names, route, status, remapped_to FROM rx_row
"""
STORE_REPORT = """
UPDATE clinical_rxnormrelease SET report = report || jsonb_build_object('rows', coalesce((
  SELECT jsonb_agg(jsonb_build_array(kind, rxcui, term_type, ours, theirs) ORDER BY line) FROM rx_report), '[]'))
WHERE id = %s
"""
