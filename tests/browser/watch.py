"""What the browser asked for and what it complained of, over every page of one test."""

from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request

# What htmx says of a refresh that a newer one replaced. One that failed says more than this.
REPLACED = ("htmx:sendAbort", "htmx:afterRequest")
FETCHED = ("http", "https", "ws", "wss")


class Watch:
    """Complaints are errors on the console (refusals by the content policy too), broken scripts, strangers asked."""

    def __init__(self, context: BrowserContext, home: str):
        self.home = urlsplit(home).netloc
        self.complaints: list[str] = []
        self.strangers: list[str] = []
        self.asked: list[str] = []
        self._expected: list[str] = []
        context.on("request", self._on_request)
        context.on("console", self._on_console)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))

    def expect(self, *words: str) -> None:
        """Complaints with these words are what this test is about, such as the status of a refused form."""
        self._expected.extend(words)

    def assert_quiet(self) -> None:
        assert self.strangers == [], f"asked another host: {self.strangers}"
        unexpected = [text for text in self.complaints if not any(words in text for words in self._expected)]
        assert unexpected == [], unexpected
        unheard = [words for words in self._expected if not any(words in text for text in self.complaints)]
        assert unheard == [], f"expected and never heard: {unheard}"

    def _on_request(self, request: Request) -> None:
        address = urlsplit(request.url)
        self.asked.append(request.url)
        if address.scheme in FETCHED and address.netloc != self.home:
            self.strangers.append(request.url)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.text.startswith(REPLACED):
            return
        if message.type == "error" or "Content Security Policy" in message.text:
            self.complaints.append(message.text)
