"""The style guide shows every component, to nobody but those who build pages."""

from pathlib import Path

import pytest
from django.conf import settings

from tests import factories

pytestmark = pytest.mark.django_db

ADDRESS = "/styleguide/"
# These frame every page, this one too.
FRAMES = {"bar.html", "trouble.html"}


def test_style_guide_without_debugging_does_not_exist(client):
    client.force_login(factories.clinician())
    assert client.get(ADDRESS).status_code == 404


def test_style_guide_shows_every_component(client, settings):
    settings.DEBUG = True
    client.force_login(factories.clinician())
    answer = client.get(ADDRESS)
    assert answer.status_code == 200
    words = answer.content.decode()
    assert "kc-tag--contraindicated" in words
    assert "This field is required." in words
    source = (Path(settings.BASE_DIR) / "templates/styleguide.html").read_text()
    for component in (Path(settings.BASE_DIR) / "templates/components").glob("*.html"):
        assert component.name in FRAMES or f"components/{component.name}" in source, component.name


def test_every_component_is_used_by_a_page():
    templates = Path(settings.BASE_DIR) / "templates"
    pages = [path for path in templates.rglob("*.html") if path.name != "styleguide.html"]
    text = "".join(path.read_text() for path in pages)
    for component in (templates / "components").glob("*.html"):
        assert f'"components/{component.name}"' in text, component.name
