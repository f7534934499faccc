"""Indexes are kept by version, and a release is built beside the answers, once."""

import logging
from threading import Event, Thread

import pytest

from clinical.vocabulary import loading
from clinical.vocabulary.index import NameIndex
from clinical.vocabulary.loading import KeptIndexes
from clinical.vocabulary.names import SubstanceRow
from clinical.vocabulary.release import ConceptRow, ReleaseNames

PATIENCE_SECONDS = 20


class Shelf:
    """Stands in for the database: what is in use, how often it was read, and when a build may end."""

    def __init__(self):
        self.wanted = 1
        self.built, self.read, self.left = [], [], 0
        self.may_end, self.reads_begun = Event(), Event()
        self.fails = False
        self.may_end.set()

    def build(self, release):
        self.built.append(release)
        return NameIndex([SubstanceRow("tramadol")], [], release=release)

    def read_release(self, number):
        self.read.append(number)
        self.reads_begun.set()
        assert self.may_end.wait(PATIENCE_SECONDS)
        if self.fails:
            raise LookupError("not there yet")
        return ReleaseNames(number, [ConceptRow("900001", "IN", f"novelline {number}", ("tramadol",))])

    def leave(self):
        self.left += 1


@pytest.fixture
def shelf():
    return Shelf()


@pytest.fixture
def kept(shelf):
    return KeptIndexes(build=shelf.build, wanted=lambda: shelf.wanted, read=shelf.read_release, leave=shelf.leave)


def finish(kept):
    kept._thread.join(PATIENCE_SECONDS)
    assert not kept._thread.is_alive()


def knows(index, number):
    return bool(index.resolve(f"novelline {number}").substances)


def test_our_own_names_answer_while_the_release_is_built(kept, shelf):
    shelf.may_end.clear()
    first = kept.at(1)
    assert first.resolve("tramadol").substances == ("tramadol",)
    assert not knows(kept.at(1), 1)
    shelf.may_end.set()
    finish(kept)
    assert knows(kept.at(1), 1)
    assert (shelf.built, shelf.read, shelf.left) == ([None], [1], 1)


def test_release_is_built_once_however_many_ask(kept, shelf):
    shelf.may_end.clear()
    askers = [Thread(target=kept.at, args=(1,)) for _ in range(8)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join(PATIENCE_SECONDS)
    shelf.may_end.set()
    finish(kept)
    kept.at(1)
    assert (shelf.built, shelf.read) == ([None], [1])


def test_next_version_has_its_names_at_once_and_the_release_that_is_there(kept, shelf):
    kept.wait(1)
    assert knows(kept.at(2), 1)
    assert (len(shelf.built), shelf.read) == (2, [1])


def test_old_release_answers_until_the_next_is_built(kept, shelf):
    kept.wait(1)
    shelf.wanted = 2
    shelf.may_end.clear()
    assert knows(kept.at(2), 1)
    assert not knows(kept.at(2), 2)
    shelf.may_end.set()
    finish(kept)
    assert knows(kept.at(2), 2)
    assert not knows(kept.at(2), 1)


def test_failed_build_is_logged_and_tried_again_later(kept, shelf, caplog, monkeypatch):
    shelf.fails = True
    with caplog.at_level(logging.ERROR):
        kept.at(1)
        finish(kept)
    assert "RxNorm release 1 could not be built" in caplog.text
    assert kept.at(1).resolve("tramadol").substances == ("tramadol",)
    assert (shelf.read, shelf.left) == ([1], 1)
    shelf.fails = False
    later = loading.time.monotonic() + loading.SECONDS_BEFORE_NEXT_TRY
    monkeypatch.setattr(loading.time, "monotonic", lambda: later + 1)
    kept.at(1)
    finish(kept)
    assert knows(kept.at(1), 1)


def test_waiting_takes_the_build_that_is_under_way(kept, shelf):
    shelf.may_end.clear()
    kept.at(1)
    assert shelf.reads_begun.wait(PATIENCE_SECONDS)
    Thread(target=shelf.may_end.set).start()
    assert knows(kept.wait(1), 1)
    assert shelf.read == [1]


def test_nothing_is_built_where_no_release_is_in_use(kept, shelf):
    shelf.wanted = None
    assert kept.at(1).resolve("tramadol").substances == kept.wait(1).resolve("tramadol").substances
    assert (shelf.read, kept._thread) == ([], None)


def test_only_the_newest_versions_are_kept(kept, shelf):
    shelf.wanted = None
    for version in (1, 2, 3, 2, 3):
        kept.at(version)
    assert len(shelf.built) == 3
    kept.at(1)
    assert len(shelf.built) == 4


def test_forgotten_indexes_are_built_anew(kept, shelf):
    kept.wait(1)
    kept.forget()
    kept.wait(1)
    assert (shelf.built, shelf.read) == ([None, None], [1, 1])
