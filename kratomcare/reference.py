"""The reference data of both apps as one: loaded together or not at all."""

from django.db import transaction

import clinical.reference
import legal.reference


class _Faulty(Exception):
    """Rolls both loads back."""


def load_all(*, check: bool) -> list:
    """Load clinical and legal reference files in one transaction; a fault in either leaves both as they were."""
    reports = []
    try:
        with transaction.atomic():
            for load in (clinical.reference.load, legal.reference.load):
                reports.append(load(check=check))
            if any(report.faults for report in reports):
                raise _Faulty
    except _Faulty:
        pass
    return reports


def is_up_to_date() -> bool:
    """Whether the files that lie here are the ones last loaded into this database."""
    return all(app.loaded_files_digest() == app.files_digest() for app in (clinical.reference, legal.reference))
