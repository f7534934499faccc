"""Finds the files of a release and streams them line by line, whatever their length. No database.

Every complaint names the file, the line and what to do; nothing is repaired or skipped in silence.
"""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

from clinical.rxnorm.layout import FILES, File, LineFaulty, Row

# Told while a file is read: its name, bytes done, bytes in all, lines so far.
Progress = Callable[[str, int, int, int], None]

LONGEST_LINE = 65_536  # the longest name NLM allows has 3,000 characters
_PIECE = 1 << 20
_TELL_EVERY = 20_000
AGAIN = "The file is damaged; unpack or download the release again."


class ReleaseFaulty(Exception):
    """The release cannot be loaded; the message is one clear line. Nothing was changed."""


def files_in(folder: Path) -> list[tuple[File, Path]]:
    """The files to read, in a folder or in its `rrf` folder as NLM packs them."""
    if not folder.is_dir():
        raise ReleaseFaulty(f"{folder}: no such folder. Give the folder that holds RXNCONSO.RRF and RXNREL.RRF.")
    place = next((at for at in (folder, folder / "rrf") if (at / FILES[0].name).is_file()), folder)
    found = []
    for file in FILES:
        path = place / file.name
        if path.is_file():
            found.append((file, path))
        elif file.is_needed:
            raise ReleaseFaulty(f"{file.name}: not in {folder}. Unpack the whole release there.")
    for file, path in found:
        if not path.stat().st_size:
            raise ReleaseFaulty(f"{file.name}: is empty. {AGAIN}")
    return found


def digest_of(files: list[tuple[File, Path]]) -> str:
    """A fingerprint of all files together, to know a release that is loaded already."""
    whole = hashlib.sha256()
    for file, path in files:
        whole.update(f"{file.name} {path.stat().st_size}\n".encode())
        with path.open("rb") as stream:
            while piece := stream.read(_PIECE):
                whole.update(piece)
    return whole.hexdigest()


def rows_of(file: File, path: Path, tell: Progress) -> Iterator[Row]:
    """The rows wanted of one file. Raises `ReleaseFaulty` at the first line that is not as NLM writes it."""
    total, done, line = path.stat().st_size, 0, 0
    with path.open("rb") as stream:
        while raw := stream.readline(LONGEST_LINE):
            line += 1
            done += len(raw)
            try:
                row = file.row_of(_cells(raw, file.columns), line)
            except LineFaulty as fault:
                raise ReleaseFaulty(f"{file.name}, line {line:,}: {fault}. {AGAIN}") from fault
            if row is not None:
                yield row
            if not line % _TELL_EVERY:
                tell(file.name, done, total, line)
    tell(file.name, done, total, line)


def _cells(raw: bytes, columns: int) -> list[str]:
    if not raw.endswith(b"\n"):
        long = len(raw) >= LONGEST_LINE
        raise LineFaulty(f"is longer than {LONGEST_LINE:,} bytes" if long else "breaks off before its end")
    try:
        cells = raw.decode("utf-8").rstrip("\r\n").split("|")
    except UnicodeDecodeError as fault:
        raise LineFaulty("is not UTF-8 text") from fault
    if len(cells) != columns + 1 or cells[-1]:
        raise LineFaulty(f"has {len(cells) - (not cells[-1])} columns instead of {columns}")
    if b"\0" in raw:
        raise LineFaulty("holds a zero byte")
    return cells
