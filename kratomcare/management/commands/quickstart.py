"""The one command for a desk: prepares database, reference data and demo practice, then serves on this machine."""

import os
import shutil
from importlib.util import find_spec

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

from kratomcare import serving, static_files

# Two quickstarts at once take turns. The number only has to be ours.
PREPARING = 731_025


class Command(BaseCommand):
    help = "Prepare everything and serve KratomCare on this machine. Quick when there is nothing to do."
    requires_system_checks = ()
    requires_migrations_checks = False

    sign_ins: tuple = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--prepare", action="store_true", help="do all but serve")
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))

    def handle(self, *, prepare: bool, port: int, **options) -> None:
        if not prepare and not serving.is_free(port):
            raise CommandError(f"Port {port} is taken. Choose another one: PORT=8123 make run")
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [PREPARING])
            self._prepare()
        connections.close_all()
        if not prepare:
            self._serve(port)

    def _prepare(self) -> None:
        self._write_environment()
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("Laying out the database ...")
            call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
        from kratomcare.reference import is_up_to_date

        if not is_up_to_date():
            self.stdout.write("Loading reference data ...")
            call_command("load_reference", stdout=self.stdout, skip_checks=True)
        if settings.COLLECTED:
            static_files.collect()
        if settings.DEV:
            self._demo()

    def _write_environment(self) -> None:
        """Let the other commands know that this is a desk, unless someone has said already what it is."""
        target = settings.BASE_DIR / ".env"
        if settings.DEV and not target.exists():
            target.touch(mode=0o600)  # it is where secrets go; nobody else reads it
            shutil.copyfile(settings.BASE_DIR / ".env.example", target)

    def _demo(self) -> None:
        if not find_spec("clinical.demo"):
            return
        from clinical.demo import make_demo_practice

        self.sign_ins = tuple(make_demo_practice() or ())

    def _serve(self, port: int) -> None:
        self.stdout.write(f"\nKratomCare is at http://{serving.ADDRESS}:{port}/   (Ctrl-C stops it and its database)")
        for sign_in in self.sign_ins:
            self.stdout.write("  " + "   ".join(str(part) for part in sign_in))
        self.stdout.flush()
        serving.serve(port)
