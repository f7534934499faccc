"""Kept database connections: one that the server ended costs nobody a page, and a living one is not asked."""

import pytest
from django.core.signals import request_started
from django.db import connection

from kratomcare.connections import drop_dead
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


def backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


@pytest.fixture
def ended():
    """End the present connection from another one, as a restarted server would."""
    other = connection.copy()

    def end() -> None:
        number = backend()
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [number])

    yield end
    other.close()


def test_page_after_the_server_ended_the_connection_opens(client, ended):
    client.force_login(factories.clinician())
    assert client.get("/patients/").status_code == 200
    before = backend()
    ended()
    assert client.get("/patients/").status_code == 200
    assert backend() != before


def test_living_connection_is_kept_and_not_asked(django_assert_num_queries):
    before = backend()
    with django_assert_num_queries(0):
        drop_dead()
    assert backend() == before


def test_notice_that_nobody_asked_for_ends_no_connection(ended):
    """Something to read is no end by itself: then, and only then, the database is asked."""
    before, other = backend(), connection.copy()
    with connection.cursor() as cursor:
        cursor.execute("LISTEN news")
    with other.cursor() as cursor:
        cursor.execute("NOTIFY news")
    other.close()
    drop_dead()
    assert backend() == before


def test_closed_connection_is_replaced():
    before = backend()
    connection.connection.close()
    drop_dead()
    assert backend() != before


def test_it_is_done_at_each_request():
    assert "connections that died" in [key[0] for key, *_rest in request_started.receivers]
