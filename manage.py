#!/usr/bin/env python
"""Command line of KratomCare: `python manage.py help` lists what it can do."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kratomcare.settings")
    if sys.argv[1:2] == ["quickstart"] and not os.environ.get("SECRET_KEY"):
        # Quickstart is for a desk. Every other command asks the environment or `.env`, and the web server never assumes it.
        os.environ.setdefault("KRATOMCARE_DEV", "1")

    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
