"""Write one practice's answers to concerns, in the six feedback fields, as CSV or JSON."""

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from clinical.actions.audit import note_exported
from clinical.feedback import KINDS, feedback_file
from clinical.forms.consultation_start import today_at
from clinical.forms.feedback import DaysForm
from clinical.models import Practice
from clinical.stewardship import limits


class Command(BaseCommand):
    help = (
        "Write what a practice's clinicians answered to each concern into FILE (.csv or .json): intervention, action "
        "taken, feedback text, user, date, location. Names no patient; notes are as typed, so keep the file closely."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", type=Path, help="where to write; ends in .csv or .json; an existing file is replaced"
        )
        parser.add_argument("--practice", required=True, help="the practice's name")
        parser.add_argument("--from", dest="first", type=date.fromisoformat, help="first day (2026-08-25)")
        parser.add_argument("--until", dest="last", type=date.fromisoformat, help="last day; today where left out")

    @transaction.atomic
    def handle(
        self, *args: Any, file: Path, practice: str, first: date | None, last: date | None, **options: Any
    ) -> None:
        kind = file.suffix.removeprefix(".").lower()
        if kind not in KINDS:
            raise CommandError(f"{file}: end the name in {' or '.join(f'.{name}' for name in KINDS)}")
        found = Practice.objects.filter(name=practice).first()
        if found is None:
            raise CommandError(f"no practice is called “{practice}”")
        days = {"first": first.isoformat() if first else "", "last": last.isoformat() if last else ""}
        form = DaysForm(days, today=today_at(found), days=limits().days)
        if not form.is_valid():
            raise CommandError(" ".join(message for messages in form.errors.values() for message in messages))
        begin, end = form.days
        content = feedback_file(practice=found, first_day=begin, last_day=end, kind=kind)
        note_exported(practice=found, by=None)
        try:
            file.write_text(content, "utf-8", newline="")
        except OSError as fault:
            raise CommandError(f"{file}: cannot be written ({fault.strerror})") from fault
        self.stdout.write(f"{file}: answers given from {begin} to {end}")
