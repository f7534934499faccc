"""Take a knowledge base from a file: check it, show the difference, and apply what is not refused."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from clinical.actions.knowledge import Import, import_bundle, plan_import
from clinical.knowledge_base import bundle
from clinical.knowledge_base.differences import Change, Difference, shown
from clinical.knowledge_base.tables import StillMoving
from clinical.models import User

FAULTS_SHOWN = 10
ROWS_SHOWN = 40


class Command(BaseCommand):
    help = (
        "Check FILE, show what it would change row by row, and apply it: all or nothing, as one reference version. "
        "Rows that are here and not in FILE are withdrawn or closed; what cannot be, stays and is listed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a file that export_knowledge wrote")
        parser.add_argument("--dry-run", action="store_true", help="show the difference and change nothing")
        parser.add_argument(
            "--refuse",
            action="append",
            default=[],
            metavar="TABLE:KEY",
            help="leave one row as it is here, as in rules:quetiapine or names:xanax|alprazolam; may be repeated",
        )
        parser.add_argument("--by", metavar="EMAIL", help="the reference editor in whose name this is done")
        parser.add_argument("--reason", default="", help="why, for the change log")
        parser.add_argument(
            "--most-rows",
            type=int,
            default=bundle.MOST_ROWS,
            metavar="N",
            help=f"rows that one table may have (default {bundle.MOST_ROWS})",
        )
        parser.add_argument("--all", action="store_true", help=f"list every row, not the first {ROWS_SHOWN} of a table")

    def handle(self, *args: Any, **options: Any) -> None:
        by = self._person(options["by"])
        try:
            found = bundle.read(self._content(options["file"]), most_rows=options["most_rows"])
            planned = plan_import(bundle=found, refused=options["refuse"])
            self._show(planned, None if options["all"] else ROWS_SHOWN)
            if options["dry_run"]:
                self.stdout.write("Dry run: nothing was changed.")
                return
            reason = options["reason"].strip() or f"imported {options['file'].name} ({found.digest[:12]})"
            done = import_bundle(bundle=found, by=by, reason=reason, refused=options["refuse"])
        except StillMoving as fault:
            raise CommandError(f"{fault} Nothing was changed.") from fault
        except bundle.NotABundle as refused:
            raise CommandError(self._told(refused.faults)) from refused
        except LookupError as fault:
            raise CommandError(f"{fault.args[0]}. Nothing was changed.") from fault
        self._outcome(done, found)

    def _content(self, file: Path) -> bytes:
        try:
            with file.open("rb") as stream:
                return stream.read(bundle.MOST_BYTES + 1)
        except OSError as fault:
            raise CommandError(f"{file}: cannot be read ({fault.strerror})") from fault

    def _person(self, email: str | None) -> User | None:
        if not email:
            return None
        found = User.objects.filter(email__iexact=email, is_active=True).first()
        if found is None:
            raise CommandError(f"Nobody signs in as {email}. Nothing was changed.")
        return found

    def _told(self, faults: list[str]) -> str:
        more = [f"… and {len(faults) - FAULTS_SHOWN} more"] if len(faults) > FAULTS_SHOWN else []
        return "\n".join([*faults[:FAULTS_SHOWN], *more, "Nothing was changed."])

    def _show(self, planned: Import, most: int | None) -> None:
        for table in dict.fromkeys([*planned.difference.unchanged, *(c.table for c in planned.difference.changes)]):
            self._show_table(planned.difference, table, most)
        for one in planned.left_out:
            self.stdout.write(f"left out: {one.change.label}: {one.why}")

    def _show_table(self, found: Difference, table: str, most: int | None) -> None:
        counts = (f"{number} {kind}" for kind, number in found.counts(table).items() if number)
        self.stdout.write(f"{table}: {', '.join(counts)}")
        rows = [change for change in found.changes if change.table == table]
        for change in rows[:most]:
            self._show_row(change)
        if most is not None and len(rows) > most:
            self.stdout.write(f"  … and {len(rows) - most} more; --all lists every row")

    def _show_row(self, change: Change) -> None:
        self.stdout.write(f"  {change.kind}: {change.label}")
        for name in change.columns:
            self.stdout.write(f"    {name}: {shown(change.before[name])} -> {shown(change.after[name])}")

    def _outcome(self, done: Import, found: bundle.Bundle) -> None:
        if done.version is None:
            self.stdout.write("Nothing to change.")
        else:
            self.stdout.write(f"{len(done.changes)} rows changed; reference version {done.version} is in force.")
        same = (
            "the bundle's" if done.digest == found.digest else "not the bundle's: rows were left out or are only here"
        )
        self.stdout.write(f"reference digest {done.digest} ({same})")
