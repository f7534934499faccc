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
    """Whether loading the files that lie here would change nothing. The legal files are few, and simply compared."""
    if clinical.reference.loaded_files_digest() != clinical.reference.files_digest():
        return False
    legal_files = legal.reference.load(check=True)
    return not (legal_files.added or legal_files.faults)
