"""One person typing names into a server, for `bench_names_http`. No Django: it is only a browser's part.

Reads JSON from its input: where the server is, the session, the words, and the pause between keys. Answers in JSON.
"""

import http.client
import json
import random
import re
import sys
import time
from html import unescape
from urllib.parse import quote

OFFERED = re.compile(r'data-name="([^"]*)"')
SHORTEST = 2  # the page asks from the second letter on
WARM_UP = 20


class Typist:
    def __init__(self, task: dict) -> None:
        self._task, self._chance = task, random.Random(task["seed"])
        self._line = http.client.HTTPConnection("127.0.0.1", task["port"])
        self._headers = {"Cookie": f"sessionid={task['session']}", "HX-Request": "true"}

    def work(self) -> dict:
        """Types until the time is up; at least one word. Milliseconds of each answer, and what each word brought."""
        for _ in range(WARM_UP):
            self._ask("tram")
        self._wait()  # not all at the same moment
        until, waited, words = time.perf_counter() + self._task["seconds"], [], []
        for typed in self._task["words"]:
            names: list[str] = []
            for end in range(SHORTEST, len(typed) + 1):
                self._wait()
                took, names = self._ask(typed[:end])
                waited.append(took)
            words.append(names)
            if time.perf_counter() > until:
                break
        return {"milliseconds": waited, "offered": words}

    def _wait(self) -> None:
        pause = self._task["pause_seconds"]
        if pause:
            time.sleep(self._chance.uniform(pause * 2 / 3, pause * 4 / 3))

    def _ask(self, text: str) -> tuple[float, list[str]]:
        started = time.perf_counter()
        self._line.request("GET", f"/suggest/?q={quote(text)}", headers=self._headers)
        answer = self._line.getresponse()
        body = answer.read()
        took = (time.perf_counter() - started) * 1000
        if answer.status != 200:
            raise SystemExit(f"The server answered {answer.status}.")
        return took, names_in(body)


def names_in(answer: bytes) -> list[str]:
    """The names offered, in their order."""
    return [unescape(name) for name in OFFERED.findall(answer.decode())]


if __name__ == "__main__":
    json.dump(Typist(json.load(sys.stdin)).work(), sys.stdout)
