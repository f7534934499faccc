"""Screen stored runs again and say which gives another answer than the one stored. Changes nothing."""

import sys
from argparse import ArgumentTypeError
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from clinical.actions.replay import Replayed, count_runs, replay
from clinical.management.progress import with_progress

DIFFERS = 1


def _run_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise ArgumentTypeError(f"“{text}” is not the id of a run") from None


class Command(BaseCommand):
    help = (
        "Screen every stored run again, from its own facts and the knowledge of its own reference version, and compare "
        "with what is stored, byte for byte. Exit status 1 when one differs or cannot be read."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--run", type=_run_id, help="only this run")

    def handle(self, *args: Any, run: UUID | None, **options: Any) -> None:
        total = count_runs(run=run)
        if run and not total:
            raise CommandError(f"There is no run {run}.")
        done = []
        for replayed in with_progress(replay(run=run), total=total):
            done.append(replayed)
            self._tell(replayed)
        equal = sum(one.is_equal for one in done)
        unkept = sum(one.is_unkept for one in done)
        self.stdout.write(f"{len(done)} runs, {equal} equal" + (f", {unkept} not kept" if unkept else ""))
        if equal + unkept < len(done):
            sys.exit(DIFFERS)

    def _tell(self, replayed: Replayed) -> None:
        for line in (replayed.problem, *replayed.differences):
            if line:
                self.stdout.write(f"run {replayed.run} (reference version {replayed.reference_version}): {line}")
