"""Score one rating instrument and print JSON. Stores nothing."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand

from clinical.scoring import SEXES, NotScored, scored

BAD_INPUT = 2


class Command(BaseCommand):
    requires_system_checks = ()
    help = "Score one instrument from its answers, in the order of its items. Prints total, band and notices as JSON."

    def add_arguments(self, parser) -> None:
        parser.add_argument("instrument", help="phq9, phq2, gad7, cows, auditc, dast10, kud or symptoms")
        parser.add_argument("values", nargs="*", help="one for each item: a number, or yes and no where it asks that")
        parser.add_argument("--sex", choices=SEXES, help="which cut-off of auditc holds; without it both are told")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            answer = scored(options["instrument"], options["values"], sex=options["sex"])
        except NotScored as fault:
            self.stderr.write(str(fault))
            sys.exit(BAD_INPUT)
        self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2))
