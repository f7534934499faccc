"""Loading a small release in a test. Every test is undone with its transaction."""

from collections.abc import Callable
from pathlib import Path

import pytest

from clinical.actions.rxnorm import Loaded, import_release
from clinical.models import RxNormConcept
from tests.clinical.rxnorm.rrf import Release


def silent(*_progress: object) -> None:
    """Progress that nobody watches."""


@pytest.fixture
def load(tmp_path, db) -> Callable[..., Loaded]:
    """Write the release into a folder of its own and import it."""
    made: list[Path] = []

    def of(release: Release, **values: object) -> Loaded:
        made.append(release.write(tmp_path / f"release{len(made)}"))
        return import_release(folder=made[-1], tell=silent, **values)

    return of


def concept(number: str) -> RxNormConcept:
    return RxNormConcept.objects.get(rxcui=number)
