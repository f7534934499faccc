"""Knowledge bundles to be spoilt, and an emptied reference database. For the tests of export and import."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pgtrigger
from django.db import connection

from clinical.knowledge_base.bundle import MANIFEST, PARTS, TABLES
from clinical.knowledge_base.digests import digest_of
from clinical.screening.plain import canonical

REFERENCE_TABLES = (
    "clinical_rulemodifier", "clinical_ruleobject", "clinical_interactionrule_sources", "clinical_interactionrule",
    "clinical_substancename", "clinical_substancerole", "clinical_substance_components", "clinical_substance",
    "clinical_role", "clinical_condition", "clinical_referencetable", "clinical_referencecase", "clinical_source",
    "clinical_referencechange", "clinical_referenceversion", "legal_pendingchange", "legal_statusperiod",
    "legal_legalparameter", "legal_jurisdiction", "legal_legalversion",
)  # fmt: skip

Rows = list[dict[str, Any]]


def wipe() -> None:
    """Empty every reference table, which nothing but the database's owner can do."""
    with pgtrigger.ignore(), connection.cursor() as cursor:
        for table in REFERENCE_TABLES:
            cursor.execute(f"DELETE FROM {table}")


def files_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def rows_in(content: bytes, table: str) -> Rows:
    return [json.loads(line) for line in files_of(content)[f"{table}.jsonl"].splitlines()]


def with_rows(content: bytes, **changed: Callable[[Rows], Rows]) -> bytes:
    """The bundle with rows changed, and checksums that fit them again."""
    files = files_of(content)
    for table, change in changed.items():
        lines = [canonical(row) for row in change(rows_in(content, table))]
        files[f"{table}.jsonl"] = "".join(f"{line}\n" for line in sorted(lines)).encode("utf-8", "surrogatepass")
    return zipped(summed(files))


def summed(files: dict[str, bytes]) -> dict[str, bytes]:
    """A manifest that says what the files hold."""
    manifest = json.loads(files[MANIFEST])
    for name in PARTS:
        lines = files[name]
        manifest["parts"][name] = {"rows": lines.count(b"\n"), "sha256": hashlib.sha256(lines).hexdigest()}
    manifest["reference_digest"] = digest_of({name: files[f"{name}.jsonl"] for name in TABLES})
    return {**files, MANIFEST: json.dumps(manifest).encode()}


def with_manifest(content: bytes, **values: Any) -> bytes:
    files = files_of(content)
    manifest = {**json.loads(files[MANIFEST]), **values}
    return zipped({**files, MANIFEST: json.dumps(manifest).encode()})
