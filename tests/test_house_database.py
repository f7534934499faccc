"""The embedded database: extensions, roles."""

import pytest
from django.db import connection


@pytest.mark.django_db
def test_connection_is_an_ordinary_role():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)")
        assert cursor.fetchone() == ("kratomcare", False)


@pytest.mark.django_db
@pytest.mark.parametrize("extension", ["btree_gist", "pg_trgm", "unaccent"])
def test_extension_can_be_created_by_the_owner(extension):
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
        cursor.execute("SELECT count(*) FROM pg_extension WHERE extname = %s", [extension])
        assert cursor.fetchone() == (1,)
