"""The file that carries a whole knowledge base: a zip with a manifest and one file of JSON lines for each table.

Bytes in, bytes out; no database. Nothing of a file is believed before its size, names, schema and checksums hold.
The same data on the same day gives the same bytes.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from clinical.knowledge_base.digests import digest_of

FORMAT = "kratomcare knowledge base"
SCHEMA = 2  # 2: the case library, and what a rule owes its reader
MANIFEST, READ_ME = "manifest.json", "README.txt"
TABLES = (
    "sources", "substances", "names", "roles", "substance_roles", "conditions", "documents", "rules", "cases",
    "jurisdictions", "legal_periods", "legal_changes_pending", "legal_parameters",
)  # fmt: skip
HISTORY = ("rule_revisions", "changes")
PARTS = {f"{name}.jsonl": name for name in (*TABLES, *HISTORY)}
# What a bundle may weigh. Ours holds about 5 MB in 1 MB; a file that unpacks to far more is not one of ours.
MOST_BYTES, MOST_PART_BYTES, MOST_UNPACKED_BYTES = 50_000_000, 60_000_000, 150_000_000
# The largest table holds about 4,500 rows; a file with ten times as many is asked about first.
MOST_ROWS = 20_000
_MOMENT = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can say; real moments would make equal bundles differ

EXPLAINED = """KratomCare knowledge base

manifest.json        what this is: schema, versions, checksums, licences
<table>.jsonl        the published reference data, one row a line as a JSON object, sorted
rule_revisions.jsonl which revisions each rule has had, when and why
changes.jsonl        the wording of other rows before and after each change, when and why

Each file is UTF-8. A row names other rows by their key ("substance", "source", "jurisdiction" ...).
"sha256" in the manifest is the hash of each file's bytes. "reference_digest" is the SHA-256 of one line
"name, space, sha256, line feed" for each table (histories left out), sorted by name.
People are not named in it. RxNorm releases are not part of it.
"""


class NotABundle(ValueError):
    """The file is refused; `faults` says why, one line each. Nothing was changed."""

    def __init__(self, faults: list[str]):
        super().__init__("; ".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle whose checksums hold: its manifest, and the rows of each table and history as they stand in the file."""

    manifest: dict[str, Any]
    rows: dict[str, list[dict[str, Any]]]
    digest: str


def write(parts: Mapping[str, bytes], about: Mapping[str, Any]) -> bytes:
    """A zip of these parts (name to JSON lines) with their manifest; `about` is put into it as it is."""
    manifest = {
        "format": FORMAT,
        "schema": SCHEMA,
        **about,
        "reference_digest": digest_of({name: parts[name] for name in TABLES}),
        "parts": {f"{name}.jsonl": _described(parts[name]) for name in PARTS.values()},
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        _add(archive, MANIFEST, json.dumps(manifest, indent=2, ensure_ascii=False).encode() + b"\n")
        _add(archive, READ_ME, EXPLAINED.encode())
        for file_name, name in PARTS.items():
            _add(archive, file_name, parts[name])
    return buffer.getvalue()


def _described(lines: bytes) -> dict[str, Any]:
    return {"rows": lines.count(b"\n"), "sha256": hashlib.sha256(lines).hexdigest()}


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, _MOMENT)
    entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
    archive.writestr(entry, content)


def read(content: bytes, *, most_rows: int = MOST_ROWS) -> Bundle:
    """Open a bundle and hold it against its own manifest. Raises `NotABundle` with every reason found."""
    if len(content) > MOST_BYTES:
        raise NotABundle([f"the file has {len(content):,} bytes, {MOST_BYTES:,} at most"])
    files = _files(content)
    manifest = _manifest(files.pop(MANIFEST))
    files.pop(READ_ME)
    digest = digest_of({PARTS[name]: lines for name, lines in files.items() if PARTS[name] in TABLES})
    faults = [fault for name, lines in files.items() for fault in _part_faults(name, lines, manifest, most_rows)]
    if not faults and digest != manifest.get("reference_digest"):
        faults.append("manifest.json: the reference digest is not that of the tables")
    if faults:
        raise NotABundle(faults)
    return Bundle(manifest, {PARTS[name]: _rows(name, lines) for name, lines in files.items()}, digest)


def _files(content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_schema(archive)
            _check_names(archive.infolist())
            left, files = MOST_UNPACKED_BYTES, {}
            for entry in archive.infolist():
                files[entry.filename] = _unpacked(archive, entry, min(left, MOST_PART_BYTES))
                left -= len(files[entry.filename])
            return files
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError) as fault:
        raise NotABundle([f"not a readable zip file: {fault}"]) from fault


def _check_schema(archive: zipfile.ZipFile) -> None:
    """Before the names of parts: a newer schema may hold parts that this version does not know."""
    manifests = [entry for entry in archive.infolist() if entry.filename == MANIFEST]
    if len(manifests) == 1:
        _manifest(_unpacked(archive, manifests[0], MOST_PART_BYTES))


def _check_names(entries: list[zipfile.ZipInfo]) -> None:
    """Exactly our file names, each once: no folders, no paths that lead elsewhere, nothing beside them."""
    names = [entry.filename for entry in entries]
    wanted = {MANIFEST, READ_ME, *PARTS}
    faults = [f"{name!r} does not belong into a knowledge base" for name in sorted(set(names) - wanted)[:10]]
    faults += [f"{name} is missing" for name in sorted(wanted - set(names))]
    faults += [f"{name} stands twice" for name in sorted({name for name in names if names.count(name) > 1})[:10]]
    if faults:
        raise NotABundle(faults)


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    """Read no more than `most` bytes, whatever the entry says of itself."""
    with archive.open(entry) as stream:
        content = stream.read(most + 1)
    if len(content) > most:
        raise NotABundle([f"{entry.filename} unpacks to more than {most:,} bytes"])
    return content


def _manifest(content: bytes) -> dict[str, Any]:
    manifest = _json(content, MANIFEST)
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise NotABundle([f"{MANIFEST}: is not that of a {FORMAT}"])
    schema = manifest.get("schema")
    if type(schema) is not int or schema < 1:
        raise NotABundle([f"{MANIFEST}: has no schema number"])
    if schema > SCHEMA:
        raise NotABundle(
            [f"{MANIFEST}: schema {schema} is newer than {SCHEMA}, the newest this version reads. Update."]
        )
    return manifest


def _part_faults(name: str, lines: bytes, manifest: Mapping[str, Any], most_rows: int) -> list[str]:
    parts = manifest.get("parts")
    described = parts.get(name) if isinstance(parts, dict) else None
    if described != (actual := _described(lines)):
        told = described.get("sha256") if isinstance(described, dict) else "missing"
        return [
            f"{name}: was changed after it was exported (checksum {actual['sha256'][:12]}…, manifest {told!s:.12}…)"
        ]
    if actual["rows"] > most_rows and PARTS[name] in TABLES:
        return [f"{name}: has {actual['rows']:,} rows, {most_rows:,} at most unless more are allowed"]
    return []


def _rows(name: str, lines: bytes) -> list[dict[str, Any]]:
    rows = [_json(line, f"{name}, line {number}") for number, line in enumerate(lines.splitlines(), start=1)]
    faults = [f"{name}, line {n}: is not an object" for n, row in enumerate(rows, start=1) if not isinstance(row, dict)]
    if faults:
        raise NotABundle(faults[:10])
    return rows


def _json(content: bytes, where: str) -> Any:
    try:
        return json.loads(content.decode("utf-8"), parse_constant=_refuse, object_pairs_hook=_once)
    except (ValueError, RecursionError) as fault:
        raise NotABundle([f"{where}: cannot be read ({fault})"]) from fault


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is not a number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice in one object")
    return found
