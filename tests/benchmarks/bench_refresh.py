"""What is asked for while somebody types, through HTTP: the list of what matters, and names.

The list also as twenty clinicians get it at once from a served KratomCare, each changing something every two seconds.

Run: python -m tests.benchmarks.bench_refresh
"""

from tests.benchmarks.throwaway import browser_of, database, measure, settle, show  # first: it sets Django up

# isort: split
import http.client
import random
import re
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from html import unescape

from django.db import connection
from django.http import QueryDict
from django.test import Client

from clinical.models import Consultation
from clinical.vocabulary.index import NameIndex
from clinical.vocabulary.text import normalise
from tests import factories
from tests.benchmarks import charts
from tests.benchmarks.bench_names import SEED, SHORTEST, one_edit
from tests.benchmarks.served import served
from tests.benchmarks.throwaway import load
from tests.clinical.typed import fields_in
from tests.clinical.vocabulary.conftest import shipped_index

ROUNDS = 200
NAMES = 1000
OFFERED = re.compile(r'data-name="([^"]*)"')
HTMX = {"HTTP_HX_REQUEST": "true"}
CLIENTS, PAUSE_SECONDS, ASKS_EACH, MEDICINES_EACH = 20, 2.0, 15, 10


def main() -> None:
    with database():
        doctor = factories.clinician()
        client = browser_of(doctor)
        for number in (10, 40):
            draft = charts.draft_with(doctor, number)
            settle()
            refresh(client, draft, number)
        names(client)
        twenty_at_once()


def fields_of(client: Client, draft: Consultation) -> dict[str, str]:
    """The page's own fields, as the page posts them after a change."""
    fields = fields_in(client.get(f"/consultations/{draft.pk}/")).values
    return {name: value for name, value in fields.items() if name and "csrf" not in name}


def twenty_at_once() -> None:
    """Each client has a draft and a line of its own, as browsers do; the clock runs from asking to the last byte."""
    people = []
    for _ in range(CLIENTS):
        doctor = factories.clinician()
        draft, client = charts.draft_with(doctor, MEDICINES_EACH), browser_of(doctor)
        token = client.get(f"/consultations/{draft.pk}/").cookies["csrftoken"].value
        people.append((draft, fields_of(client, draft), f"sessionid={client.cookies['sessionid'].value}", token))
    settle()
    with served(connection.settings_dict) as server, ThreadPoolExecutor(CLIENTS) as pool:
        done = list(pool.map(lambda one: changes(server.port, *one), people))
    waited = [took for one in done for took in one]
    cuts = statistics.quantiles(waited, n=100)
    what = f"live list, {CLIENTS} clients, a change every {PAUSE_SECONDS:g} s, {MEDICINES_EACH} medicines"
    print(
        f"{what}: median {cuts[49]:.0f} ms, p95 {cuts[94]:.0f} ms, worst {max(waited):.0f} ms"
        f"   (budget: p95 200 ms; {load()})"
    )


def changes(port: int, draft: Consultation, fields: dict[str, str], session: str, token: str) -> list[float]:
    """Milliseconds of each answer to one client; the first is left out, it compiles."""
    line, chance, waited = http.client.HTTPConnection("127.0.0.1", port), random.Random(str(draft.pk)), []
    headers = {
        "Cookie": f"{session}; csrftoken={token}",
        "X-CSRFToken": token,
        "HX-Request": "true",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    for number in range(ASKS_EACH + 1):
        time.sleep(chance.uniform(PAUSE_SECONDS / 2, PAUSE_SECONDS * 3 / 2))
        data = QueryDict(mutable=True)
        data.update({**fields, "asked": "uses", "kratom-0-amount": str(1 + number % 9)})
        started = time.perf_counter()
        line.request("POST", f"/patients/{draft.patient_id}/what-matters/", data.urlencode(), headers)
        answer = line.getresponse()
        answer.read()
        assert answer.status == 200, answer.status
        waited.append((time.perf_counter() - started) * 1000)
    return waited[1:]


def refresh(client: Client, draft: Consultation, medicines: int) -> None:
    """The page's own fields, posted as the page does after a change. The plan differs each time: nothing is reused."""
    fields = fields_of(client, draft)
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
    chance, index = random.Random(SEED), shipped_index()
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
