#!/usr/bin/env python
"""Command line of KratomCare: `python manage.py help` lists what it can do."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kratomcare.settings")
    if sys.argv[1:2] == ["quickstart"]:
        os.environ.setdefault("KRATOMCARE_COLLECTED", "1")
        if not os.environ.get("SECRET_KEY"):
            # Quickstart is for a desk. Other commands ask the environment or `.env`; the web server never assumes it.
            os.environ.setdefault("KRATOMCARE_DEV", "1")

    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        settings.INSTALLED_APPS  # noqa: B018 (reads the settings now, to answer in one line)
    except ImproperlyConfigured as missing:
        sys.exit(f"Not started: {missing}")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
