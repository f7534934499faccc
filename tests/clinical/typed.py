"""What a browser would post from the consultation page: one visit with leaf powder and a medicine."""

from html.parser import HTMLParser

from django.http import QueryDict

WRITTEN = {
    "version": "0",
    "visit_on": "2026-11-20",
    "asked": "uses",
    "kratom-0-product": "leaf_powder",
    "kratom-0-amount": "3",
    "kratom-0-unit": "g",
    "kratom-0-per": "dose",
    "kratom-0-doses_per_day": "3",
    "kratom-0-days_per_week": "7",
    "kratom-0-months_of_use": "12",
    "kratom-0-last_use": "8",
    "kratom-0-last_use_unit": "hours",
    "medicine-0-entered": "Ultram 50 mg prn",
}


def typed(**fields: str) -> QueryDict:
    """The visit with these fields changed or added."""
    data = QueryDict(mutable=True)
    data.update({**WRITTEN, **fields})
    return data


class _Fields(HTMLParser):
    """Collects what a form would post, and the choices it offers."""

    def __init__(self):
        super().__init__()
        self.values: dict[str, str] = {}
        self.choices: dict[str, list[str]] = {}
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        if tag == "input" and (known.get("type") not in ("radio", "checkbox") or "checked" in known):
            ticked = "on" if known.get("type") == "checkbox" else ""
            self.values[known.get("name") or ""] = known.get("value") or ticked
        if tag == "select":
            self._select = known["name"] or ""
            self.choices[self._select] = []
        if tag == "option" and self._select:
            self.choices[self._select].append(known.get("value") or "")
            if "selected" in known:
                self.values[self._select] = known.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""


def fields_in(response) -> _Fields:
    """The fields of a page: `values` by name as they would be posted, `choices` of each drop-down list."""
    found = _Fields()
    found.feed(response.content.decode())
    return found
