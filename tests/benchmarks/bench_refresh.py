"""What is asked for while somebody types, through HTTP: the list of what matters, and names.

Run: python -m tests.benchmarks.bench_refresh
"""

from tests.benchmarks.throwaway import browser_of, database, measure, settle, show  # first: it sets Django up

# isort: split
import random
import re
from html import unescape

from django.http import QueryDict
from django.test import Client

from clinical.models import Consultation
from clinical.vocabulary.index import NameIndex
from clinical.vocabulary.text import normalise
from tests import factories
from tests.benchmarks import charts
from tests.benchmarks.bench_names import SEED, SHORTEST, build, one_edit
from tests.clinical.typed import fields_in

ROUNDS = 200
NAMES = 1000
OFFERED = re.compile(r'data-name="([^"]*)"')
HTMX = {"HTTP_HX_REQUEST": "true"}


def main() -> None:
    with database():
        doctor = factories.clinician()
        client = browser_of(doctor)
        for number in (10, 40):
            draft = charts.draft_with(doctor, number)
            settle()
            refresh(client, draft, number)
        names(client)


def refresh(client: Client, draft: Consultation, medicines: int) -> None:
    """The page's own fields, posted as the page does after a change. The plan differs each time: nothing is reused."""
    fields = fields_in(client.get(f"/consultations/{draft.pk}/")).values
    fields = {name: value for name, value in fields.items() if name and "csrf" not in name}
    address, number = f"/patients/{draft.patient_id}/what-matters/", 0

    def ask():
        nonlocal number
        number += 1
        data = QueryDict(mutable=True)
        data.update({**fields, "asked": "uses", "kratom-0-amount": str(1 + number % 9)})
        return client.post(address, data.urlencode(), content_type="application/x-www-form-urlencoded", **HTMX)

    show(f"live list, {medicines} medicines", "median 8 ms, p95 20 ms, 8 queries", measure([ask], ROUNDS))


def names(client: Client) -> None:
    """Names with one slip, asked for at 2, 3, 4, 6 letters and in full; counted is what was offered in full."""
    chance, index = random.Random(SEED), build()
    known = [name for name in index.table.ordered if len(name) >= SHORTEST and name not in index.table.ambiguous]
    asks, recalled = [], 0
    for name in chance.sample(known, NAMES):
        typed = one_edit(name, chance)
        meant = {index.table.expand(key) for key in index.table.names[name]}
        answer = client.get("/suggest/", {"q": typed}, **HTMX).content.decode()
        recalled += any(index.table.expand(key) in meant for key in substances_in(answer, index))
        for end in (2, 3, 4, 6, len(typed)):
            asks.append(lambda text=typed[:end]: client.get("/suggest/", {"q": text}, **HTMX))
    show(f"names, {NAMES} with one slip", "p95 5 ms at 95 % recall", measure(asks))
    print(f"{'':<42} one-slip recall {recalled / NAMES:.1%} over {len(index.table.names)} names")


def substances_in(options: str, index: NameIndex) -> set[str]:
    """The keys that the names offered stand for."""
    found = [normalise(unescape(name)) for name in OFFERED.findall(options)]
    return {key for name in found for key in index.table.names.get(name, ())}


if __name__ == "__main__":
    main()
