"""Write the whole knowledge base into one open, checksummed file."""

import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from clinical.knowledge_base import bundle
from clinical.knowledge_base.export import export
from clinical.knowledge_base.tables import StillMoving


class Command(BaseCommand):
    help = (
        "Write all published reference data, clinical and legal, with its change log into FILE: a zip of JSON lines "
        "with a manifest. The same data on the same day gives the same bytes. Nothing about patients or people."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="where to write; an existing file is replaced")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            content = export(generated_on=timezone.localdate())
        except StillMoving as fault:
            raise CommandError(str(fault)) from fault
        beside = file.with_name(f".{file.name}.{os.getpid()}")
        try:
            beside.write_bytes(content)
            beside.replace(file)
        except OSError as fault:
            beside.unlink(missing_ok=True)
            raise CommandError(f"{file}: cannot be written ({fault.strerror})") from fault
        manifest = bundle.read(content, most_rows=len(content)).manifest
        rows = sum(part["rows"] for part in manifest["parts"].values())
        self.stdout.write(f"{file}: {len(content):,} bytes, {rows:,} rows, version {manifest['reference_version']}")
        self.stdout.write(f"reference digest {manifest['reference_digest']}")
