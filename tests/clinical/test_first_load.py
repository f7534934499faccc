"""What a browser without anything stored fetches for the consultation page, compressed as it is served."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from tests import factories
from tests.benchmarks import charts

pytestmark = pytest.mark.django_db

MOST_BYTES = 150_000
FETCHED = re.compile(r'(?:src|href)="/static/([^"?]+)"')
COMPRESSED = {"HTTP_ACCEPT_ENCODING": "gzip, deflate, br"}


def fetched_with(page: str) -> dict[str, int]:
    """Bytes of every style, script and picture that the page names, compressed as when they are collected."""
    return {name: len(gzip.compress(Path(finders.find(name)).read_bytes())) for name in set(FETCHED.findall(page))}


@pytest.mark.parametrize("medicines", [0, 10, 40])
def test_first_load_of_the_consultation_page_stays_small(client, medicines):
    doctor = factories.clinician()
    draft = charts.draft_with(doctor, medicines)
    client.force_login(doctor)
    answer = client.get(f"/consultations/{draft.pk}/", **COMPRESSED)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer.headers["Vary"]
    files = fetched_with(gzip.decompress(answer.content).decode())
    assert {"css/bootstrap.min.css", "kratomcare/site.css", "kratomcare/consultation.js"} <= set(files)
    assert len(answer.content) + sum(files.values()) <= MOST_BYTES, files


def test_page_for_a_browser_that_cannot_unpack_is_plain(client):
    doctor = factories.clinician()
    draft = charts.draft_with(doctor, 1)
    client.force_login(doctor)
    answer = client.get(f"/consultations/{draft.pk}/")
    assert "Content-Encoding" not in answer.headers
    assert "What matters" in answer.content.decode()
