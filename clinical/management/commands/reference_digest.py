"""One hash over all published reference data, clinical and legal."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from clinical.knowledge_base.digests import digest_of, lines_of
from clinical.knowledge_base.tables import StillMoving, read_tables


class Command(BaseCommand):
    help = (
        "Print one hash of all published reference data. The same data in another database gives the same hash, "
        "whenever and by whomever it was loaded."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--tables", action="store_true", help="also the hash and the number of rows of each table")

    def handle(self, *args: Any, tables: bool, **options: Any) -> None:
        try:
            found = read_tables()
        except StillMoving as fault:
            raise CommandError(str(fault)) from fault
        parts = {name: lines_of(table) for name, table in found.items()}
        if tables:
            for name, lines in parts.items():
                self.stdout.write(f"{digest_of({name: lines})}  {name}, {len(found[name].rows)} rows")
        self.stdout.write(digest_of(parts))
