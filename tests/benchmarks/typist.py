"""One person typing names into a server, for `bench_names_http`. No Django: it is only a browser's part.

A plain socket, since Python's own client needs as long to read the headers as the server to look up a name.

Reads JSON from its input: where the server is, the session, the words, and the pause between keys. Answers in JSON.
"""

import json
import random
import re
import socket
import sys
import time
from html import unescape
from urllib.parse import quote

OFFERED = re.compile(r'data-name="([^"]*)"')
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
BETWEEN = b"\r\n\r\n"  # head and body
PIECE = 65_536
SHORTEST = 2  # the page asks from the second letter on
WARM_UP = 20


class Typist:
    def __init__(self, task: dict) -> None:
        self._task, self._chance = task, random.Random(task["seed"])
        self._line = socket.create_connection(("127.0.0.1", task["port"]))
        self._line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        headers = f"Host: 127.0.0.1\r\nCookie: sessionid={task['session']}\r\nHX-Request: true\r\n\r\n"
        self._asking = f"GET /suggest/?q={{}} HTTP/1.1\r\n{headers}"

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
        asked, started = self._asking.format(quote(text)).encode(), time.perf_counter()
        self._line.sendall(asked)
        head, body = self._answer()
        took = (time.perf_counter() - started) * 1000
        if not head.startswith(b"HTTP/1.1 200 "):
            raise SystemExit(f"The server answered {head[:40]!r}.")
        return took, names_in(body)

    def _answer(self) -> tuple[bytes, bytes]:
        """Head and body of one answer of stated length, the last byte of which has come."""
        come = b""
        while BETWEEN not in come:
            come += self._more()
        head, body = come.split(BETWEEN, 1)
        length = int(LENGTH.search(head)[1])
        while len(body) < length:
            body += self._more()
        return head, body

    def _more(self) -> bytes:
        piece = self._line.recv(PIECE)
        if not piece:
            raise SystemExit("The server hung up.")
        return piece


def names_in(answer: bytes) -> list[str]:
    """The names offered, in their order."""
    return [unescape(name) for name in OFFERED.findall(answer.decode())]


if __name__ == "__main__":
    json.dump(Typist(json.load(sys.stdin)).work(), sys.stdout)
