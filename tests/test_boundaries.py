"""What imports cannot show, read from the source: who writes, who may look, and what pages may hold and say."""

import ast
import csv
import re
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
import yaml
from django.urls import URLPattern, URLResolver, get_resolver, reverse

ROOT = Path(__file__).resolve().parents[1]
APPS = ("kratomcare", "clinical", "legal")
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STATIC = sorted(path for path in (ROOT / "kratomcare" / "static").rglob("*") if path.is_file())
SOURCES = sorted(
    path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.relative_to(ROOT).parts
)
VIEWS = [path for path in SOURCES if "views" in path.relative_to(ROOT).with_suffix("").parts]
ACTIONS = [path for path in SOURCES if "actions" in path.relative_to(ROOT).with_suffix("").parts]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def calls_in(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Every method call, with the name of the method."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr, node


def test_the_source_is_where_these_tests_look():
    assert len(TEMPLATES) > 30
    assert len(STATIC) > 3
    assert len(VIEWS) > 8
    assert len(ACTIONS) > 6


# ---- Who reads and who writes.


@pytest.mark.parametrize("path", VIEWS, ids=name_of)
def test_view_reaches_no_table_by_itself(path):
    found = [
        node.lineno for node in ast.walk(tree_of(path)) if isinstance(node, ast.Attribute) and node.attr == "objects"
    ]
    assert found == []


WRITES = {"save", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "delete", "update"}
# What may be called so elsewhere, and why.
WRITES_ELSEWHERE = {
    ("clinical/models/people.py", "save"): "how the user model makes a user; only actions and createsuperuser call it",
    ("clinical/admin/people.py", "save"): "a form of the sign-in package that mails a link to choose a password",
}


def writes_in(path: Path) -> set[str]:
    found = {method for method, call in calls_in(path) if method in WRITES - {"update"}}
    rows = ("objects", "filter", "all", "exclude")
    updates = (call for method, call in calls_in(path) if method == "update")
    if any(row in ast.unparse(call.func) for call in updates for row in rows):
        found.add("update")
    return found


@pytest.mark.parametrize("path", [path for path in SOURCES if path not in ACTIONS], ids=name_of)
def test_only_actions_write(path):
    allowed = {method for (name, method) in WRITES_ELSEWHERE if name == name_of(path)}
    assert writes_in(path) == allowed


# Plain questions that stand beside the writes and take one or two values of different types.
READS_IN_ACTIONS = {"differences", "answers_of", "unanswered", "faults_of"}


@pytest.mark.parametrize("path", ACTIONS, ids=name_of)
def test_public_function_of_actions_is_keyword_only(path):
    public = [
        node for node in tree_of(path).body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]
    positional = {node.name for node in public if node.args.args or node.args.posonlyargs or node.args.vararg}
    assert positional - READS_IN_ACTIONS == set()


@pytest.mark.parametrize("path", ACTIONS, ids=name_of)
def test_public_function_of_actions_says_what_it_decides(path):
    public = [
        node for node in tree_of(path).body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]
    assert [node.name for node in public if not ast.get_docstring(node)] == []


# ---- Who may look.

# A machine asks whether the house works and learns nothing else; a browser asks for the mark by itself.
OPEN_TO_ALL = {"healthz", "favicon"}


def patterns(resolver: URLResolver, outer: tuple[str, ...] = ()) -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry, (*outer, entry.namespace) if entry.namespace else outer)
        elif entry.name:
            yield ":".join((*outer, entry.name)), entry


OWN_PAGES = {
    name: pattern
    for name, pattern in patterns(get_resolver())
    if name in OPEN_TO_ALL or name.startswith(("clinical:", "legal:"))
}
EXAMPLES = {
    "UUIDConverter": UUID(int=0),
    "IntConverter": 1,
    "SlugConverter": "x",
    "StringConverter": "x",
    "PathConverter": "x",
}


def address_of(name: str) -> str:
    converters = OWN_PAGES[name].pattern.converters
    return reverse(name, kwargs={key: EXAMPLES[type(value).__name__] for key, value in converters.items()})


def test_every_page_of_ours_is_looked_at():
    assert len(OWN_PAGES) > 15
    assert {name.split(":")[0] for name in OWN_PAGES} == {"clinical", "legal", *OPEN_TO_ALL}


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(OWN_PAGES))
@pytest.mark.parametrize("method", ["get", "post"])
def test_page_needs_sign_in(name, method, client):
    answer = getattr(client, method)(address_of(name))
    asks = answer.status_code == 302 and answer.url.startswith(reverse("account_login"))
    assert asks is (name not in OPEN_TO_ALL)


# ---- What pages may hold: nothing inline, nothing from another host.

INLINE = {
    "script": re.compile(r"<script(?![^>]*\bsrc=)", re.I),
    "style element": re.compile(r"<style\b", re.I),
    "style attribute": re.compile(r"\sstyle\s*=", re.I),
    "handler": re.compile(r"\son[a-z]+\s*=\s*[\"']", re.I),
    "htmx handler": re.compile(r"\b(data-)?hx-on\b|hx-vals=[\"']js:", re.I),
    "script address": re.compile(r"javascript:", re.I),
    "unescaped value": re.compile(r"\|\s*safe\b|{%\s*autoescape off"),
}
HOST = re.compile(r"(https?:)?//[\w-]+(\.[\w-]+)+")
NAMES_NOT_ADDRESSES = ("http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink")


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_template_holds_nothing_inline(path):
    words = path.read_text("utf-8")
    assert [kind for kind, pattern in INLINE.items() if pattern.search(words)] == []


@pytest.mark.parametrize("path", [*TEMPLATES, *STATIC], ids=name_of)
def test_page_asks_no_other_host(path):
    words = path.read_text("utf-8")
    for name in NAMES_NOT_ADDRESSES:
        words = words.replace(name, "")
    assert [found.group() for found in HOST.finditer(words)] == []


# ---- What pages may say. The absence of a flag is not safety, and a person is not a label.

FORBIDDEN = re.compile(
    r"\b(safe|safely|all clear|no interactions?|no known interactions?|abusers?|abusing|addicts?|addicted|clean|"
    r"junkies|junkie)\b",
    re.I,
)


def said_in(words: str) -> list[str]:
    return [found.group() for found in FORBIDDEN.finditer(words)]


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_template_says_no_forbidden_word(path):
    assert said_in(path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_text_in_code_says_no_forbidden_word(path):
    """Strings that people may read: those with a blank in them, docstrings left out."""
    tree = tree_of(path)
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    docstrings = {ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(node, documented)}
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    assert [text for text in texts if " " in text and text not in docstrings and said_in(text)] == []


def texts_of_rules() -> Iterator[tuple[str, str]]:
    entries = yaml.safe_load((ROOT / "clinical/reference_data/rules.yaml").read_text("utf-8"))
    for entry in entries:
        words = [value for value in entry.values() if isinstance(value, str)]
        yield entry["code"], " ".join([*words, *(modifier["reason"] for modifier in entry["modifiers"])])


def test_rule_says_no_forbidden_word():
    assert {code: said_in(words) for code, words in texts_of_rules() if said_in(words)} == {}


INSTRUMENTS = sorted(f"instruments/{path.stem}" for path in ROOT.glob("clinical/reference_data/instruments/*.yaml"))


@pytest.mark.parametrize("name", ["safety", "withdrawal", "exposure", *INSTRUMENTS])
def test_document_says_no_forbidden_word(name):
    assert said_in((ROOT / f"clinical/reference_data/{name}.yaml").read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("name", "columns"),
    [("conditions", ("label",)), ("roles_vocabulary", ("definition", "relevance", "strength_note"))],
)
def test_reference_table_says_no_forbidden_word(name, columns):
    with (ROOT / f"clinical/reference_data/{name}.csv").open(encoding="utf-8", newline="") as stream:
        texts = [row[column] for row in csv.DictReader(stream) for column in columns]
    assert [text for text in texts if said_in(text)] == []
