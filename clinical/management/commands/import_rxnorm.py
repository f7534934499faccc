"""Loads a release of RxNorm from NLM's files, or says what that would change. The work is in `actions.rxnorm`."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import shorten
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from clinical.actions.rxnorm import Loaded, import_release
from clinical.rxnorm import reading, report, staging

_WIDTH = 100


class Command(BaseCommand):
    help = "Load an RxNorm release (RXNCONSO.RRF, RXNREL.RRF; RXNCUI.RRF, RXNATOMARCHIVE.RRF if there) from DIR."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path, help="the unpacked release, or its rrf folder")
        parser.add_argument("--check", action="store_true", help="say what would change, and change nothing")
        parser.add_argument(
            "--again", action="store_true", help="load the same files again, for substances changed here"
        )
        parser.add_argument("--label", default="", help="what to call the release; default: the folder's name")
        parser.add_argument("--report", metavar="FILE.csv", type=Path, help="write the whole report there")
        parser.add_argument(
            "--rows", metavar="N", type=int, default=10, help="rows of each kind shown here; default 10"
        )

    def handle(self, *, folder: Path, check: bool, again: bool, label: str, rows: int, **options: Any) -> None:
        started = time.monotonic()
        target = options["report"]
        try:
            with self._progress() as tell:
                loaded = import_release(
                    folder=folder,
                    tell=tell,
                    label=label,
                    check=check,
                    again=again,
                    shown=max(rows, 0),
                    write=(lambda: self._write(target)) if target else None,
                )
        except (reading.ReleaseFaulty, staging.ImportRunning) as refused:
            raise CommandError(f"{refused} Nothing was changed.") from refused
        except OSError as fault:
            raise CommandError(f"{fault.filename}: {fault.strerror}. Nothing was changed.") from fault
        self._tell(loaded, time.monotonic() - started)

    def _write(self, target: Path) -> None:
        with target.open("w", encoding="utf-8", newline="") as stream:
            report.write_csv(stream)

    @contextmanager
    def _progress(self) -> Iterator[reading.Progress]:
        """A bar on a terminal, a line for each file elsewhere."""
        if not self.stdout.isatty():
            yield self._line
            return
        columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[lines]:,} lines"))
        with Progress(*columns, TimeRemainingColumn()) as progress:
            tasks: dict[str, Any] = {}

            def tell(name: str, done: int, total: int, lines: int) -> None:
                if name not in tasks:
                    tasks[name] = progress.add_task(name, total=total, lines=0)
                progress.update(tasks[name], completed=done, lines=lines)

            yield tell

    def _line(self, name: str, done: int, total: int, lines: int) -> None:
        if done == total:
            self.stdout.write(f"{name}: {lines:,} lines read")

    def _tell(self, loaded: Loaded, seconds: float) -> None:
        if loaded.is_already_loaded:
            self.stdout.write("This release is in use already; nothing was changed. (--again loads it once more.)")
            return
        sums = ", ".join(f"{kind} {count:,}" for kind, count in loaded.term_types.items())
        self.stdout.write(f"{loaded.label}: {sum(loaded.term_types.values()):,} concepts ({sums})")
        for kind, rows in loaded.first.items():
            self.stdout.write(f"{report.KINDS[kind]}: {loaded.counts[kind]:,}")
            for row in rows:
                words = " -> ".join(shorten(part, _WIDTH) for part in (row.ours, row.theirs) if part)
                self.stdout.write(f"  {row.rxcui} {row.term_type}  {words}")
            if loaded.counts[kind] > len(rows):
                self.stdout.write(f"  ... and {loaded.counts[kind] - len(rows):,} more")
        done = "Checked only; nothing was changed." if loaded.is_checked_only else "In use from now on."
        self.stdout.write(f"{done} {seconds:.1f} s")
