"""Fixtures of the law. The test database holds the reviewed reference files from the start."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from legal import lookup, models
from legal.permissions import EDITOR_GROUP


@pytest.fixture
def law(db):
    """The whole reference set."""
    assert lookup.is_loaded()


@pytest.fixture
def empty_law(db):
    """A database before the first load; the test's transaction brings everything back."""
    for model in (
        models.StatusPeriod, models.PendingChange, models.Disagreement, models.LegalParameter, models.LegalVersion
    ):  # fmt: skip
        model.objects.all().delete()
    models.Jurisdiction.objects.exclude(parent=None).filter(level__in=("place", "county")).delete()
    models.Jurisdiction.objects.exclude(parent=None).delete()
    models.Jurisdiction.objects.all().delete()


@pytest.fixture
def reader(db):
    """Somebody who signs in and edits nothing."""
    return get_user_model().objects.create_user("reader@example.org", "a long enough password", is_staff=True)


@pytest.fixture
def editor(db):
    """A reference editor."""
    user = get_user_model().objects.create_user("editor@example.org", "a long enough password", is_staff=True)
    user.groups.add(Group.objects.get(name=EDITOR_GROUP))
    return user
