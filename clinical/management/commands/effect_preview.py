"""Say what a draft of a rule would do before it is published: case library and the patients of a practice."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from clinical import effect
from clinical.management.progress import WIDTH
from clinical.models import Practice, RuleDraft
from clinical.rule_checks import faults_in

CASES_FAIL = 1


class Command(BaseCommand):
    help = (
        "Compare the rules in force with the same plus a draft: how many patients gain, lose or change a flag, by "
        "severity. Stores nothing and names nobody. Exit status 1 when a case of the library fails."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("draft", type=int, help="number of the draft, as in its address in the admin")
        parser.add_argument("--practice", help="name of the practice; every practice where it is left out")

    def handle(self, *args: Any, draft: int, practice: str | None, **options: Any) -> None:
        found = RuleDraft.objects.filter(pk=draft).first()
        if found is None:
            raise CommandError(f"There is no draft {draft}.")
        entry = None if found.kind == RuleDraft.Kind.RETIREMENT else found.entry
        if entry and (faults := faults_in(entry)):
            raise CommandError("\n".join(["To mend first:", *(fault.words for fault in faults)]))
        practices = Practice.objects.filter(name=practice) if practice else Practice.objects.order_by("name")
        if not practices:
            raise CommandError("There is no such practice.")
        fails = False
        for one in practices:
            preview = effect.preview(entry=entry, code=found.code, practice=one, progress=self._draw)
            self._tell(one, preview)
            fails = fails or bool(preview.library.failures)
        if fails:
            sys.exit(CASES_FAIL)

    def _draw(self, done: int, total: int) -> None:
        if self.stderr.isatty() and (done % max(1, total // 100) == 0 or done == total):
            filled = WIDTH * done // total
            self.stderr.write(f"\r[{'#' * filled}{'.' * (WIDTH - filled)}] {done}/{total}", ending="")

    def _tell(self, practice: Practice, preview: effect.EffectPreview) -> None:
        self.stdout.write(f"{practice.name}: {preview.patients} patients by their latest visit, signed or draft")
        self.stdout.write(
            f"  not screened: {preview.without_visit} without a visit; no kratom on record: {preview.without_kratom}; "
            f"with a line not recognised: {preview.with_unread_lines}"
        )
        self.stdout.write(f"  flags would change for {preview.touched}")
        for severity, gained, lost, changed in preview.rows:
            self.stdout.write(f"  {severity or 'any severity':16} gain {gained}  lose {lost}  change {changed}")
        tier = preview.top_tier
        if tier:
            told = f"  top tier: {tier.share_now:.1%} of flags now, {tier.share_then:.1%} then"
            self.stdout.write(told + ("; ABOVE the share aimed at" if tier.is_raised_above_target else ""))
        self.stdout.write(f"  case library: {preview.library.ran} cases, {len(preview.library.failures)} fail")
        for failure in preview.library.failures:
            self.stdout.write(f"    {failure}")
