"""Screen cases given as JSON and print JSON. Stores nothing."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from clinical.cases import CaseError, answer_cases
from clinical.vocabulary import lookup

BAD_INPUT = 2


class Command(BaseCommand):
    requires_system_checks = ()
    help = "Screen one case, or an array of cases, given as JSON in FILE or on standard input. Prints JSON."

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", nargs="?", default="-", help="a file, or - for standard input")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            cases = json.loads(self._text(options["file"]))
            lookup.wait_for_release()
            answers = answer_cases(cases if isinstance(cases, list) else [cases])
        except OSError as error:
            self._refuse(f"{options['file']}: cannot be read ({error.strerror})")
        except UnicodeDecodeError:
            self._refuse(f"{options['file']}: is not UTF-8 text")
        except json.JSONDecodeError as error:
            self._refuse(f"not JSON: {error.msg} at line {error.lineno}, column {error.colno}")
        except CaseError as error:
            self._refuse(str(error))
        else:
            shown = answers if isinstance(cases, list) else answers[0]
            self.stdout.write(json.dumps(shown, ensure_ascii=False, indent=2))

    def _text(self, name: str) -> str:
        return sys.stdin.read() if name == "-" else Path(name).read_text("utf-8")

    def _refuse(self, line: str) -> None:
        self.stderr.write(line)
        sys.exit(BAD_INPUT)
