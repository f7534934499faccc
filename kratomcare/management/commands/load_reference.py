"""Loads the reviewed reference files of both apps, all or nothing. The apps do the work; this tells the outcome."""

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kratomcare.reference import load_all

FAULTS_SHOWN = 10


class Command(BaseCommand):
    help = "Load the reference data: idempotent, validates first, never overwrites a row revised in the admin."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="say what would happen and change nothing")

    def handle(self, *, check: bool, **options) -> None:
        reports = load_all(check=check)
        faults = [fault for report in reports for fault in report.faults]
        if faults:
            for fault in faults[:FAULTS_SHOWN]:
                self.stderr.write(fault)
            raise CommandError(f"{len(faults)} faults in the reference files; nothing was changed.")
        for name in ("added", "updated", "unchanged"):
            self.stdout.write(f"{name}: {sum(getattr(report, name, 0) for report in reports)}")
        differing = [row for report in reports for row in report.differing]
        self.stdout.write(f"differing: {len(differing)}" + (" (revised here, left as they are)" if differing else ""))
        for row in differing:
            self.stdout.write(f"  {row}")
