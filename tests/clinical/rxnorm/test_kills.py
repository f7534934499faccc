"""An import killed half way: the old vocabulary stands whole, and the next run ends as if nothing had happened."""

import time

import pytest

from tests.benchmarks.kills import database_apart
from tests.clinical.rxnorm.rrf import usual

# Long enough that a kill falls into reading, working out and storing.
MANY = 3_000


@pytest.fixture
def folder(tmp_path):
    release = usual()
    for n in range(MANY):
        release.add(f"92{n:05}", "IN", f"manyfoldine {n}")
        release.add(f"93{n:05}", "BN", f"Manyfold {n}", [("tradename_of", f"92{n:05}")])
    return release.write(tmp_path / "release")


@pytest.mark.django_db(transaction=True)
def test_killed_import_leaves_the_old_vocabulary_and_restarts_to_the_same_tables(folder):
    with database_apart("whole") as apart:
        before = apart.digests()
        started = time.perf_counter()
        told, _errors = apart.start("import_rxnorm", folder).communicate()
        whole, after = time.perf_counter() - started, apart.digests()
    assert "In use from now on." in told
    assert before != after
    with database_apart("killed") as apart:
        for share in (0.5, 0.8):
            process = apart.start("import_rxnorm", folder)
            time.sleep(share * whole)
            process.kill()
            process.communicate()
            apart.wait_until_alone()
            assert apart.digests() in (before, after)
        told, _errors = apart.start("import_rxnorm", folder).communicate()
        assert "use" in told, told
        assert apart.digests() == after
