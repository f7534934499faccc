"""Small releases in NLM's layout, written for one test: numbers from 9000001 up are invented, as are odd names."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

UP = {
    "has_ingredient": "ingredient_of",
    "has_ingredients": "ingredients_of",
    "has_precise_ingredient": "precise_ingredient_of",
    "consists_of": "constitutes",
    "has_part": "part_of",
    "contains": "contained_in",
    "form_of": "has_form",
    "tradename_of": "has_tradename",
}


def atom(number: str, kind: str, name: str, *, source: str = "RXNORM", suppress: str = "N") -> str:
    return f"{number}|ENG||||||{number}|{number}|{number}||{source}|{kind}|{number}|{name}||{suppress}|4096|"


def relation(upper: str, word: str, lower: str, *, source: str = "RXNORM", suppress: str = "N") -> str:
    """A line that says: upper `word` lower. The second concept has the relation to the first."""
    return f"{lower}||CUI|RO|{upper}||CUI|{word}|1||{source}||||{suppress}|4096|"


@dataclass
class Release:
    """The lines of a release; `write` makes the files."""

    atoms: list[str] = field(default_factory=list)
    relations: list[str] = field(default_factory=list)
    history: list[str] | None = None
    archive: list[str] | None = None

    def add(self, number: str, kind: str, name: str, made_of: Iterable[tuple[str, str]] = (), **values: str) -> str:
        """One concept and what it is made of, in both directions as NLM writes it."""
        self.atoms.append(atom(number, kind, name, **values))
        for word, lower in made_of:
            self.relations += [relation(number, word, lower), relation(lower, UP[word], number)]
        return number

    def gave_up(self, was: str, became: str, name: str = "", kind: str = "SCD") -> None:
        """RXNCUI's line, or with a name RXNATOMARCHIVE's."""
        if name:
            cells = ["1", "", name, "", "", "", was, "", "ENG", "", "", "", was, "RXNORM", kind, became, ""]
            self.archive = [*(self.archive or ()), "|".join(cells)]
        else:
            self.history = [*(self.history or ()), f"{was}|20AA|21AA|1|{became}|"]

    def write(self, folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        files = {
            "RXNCONSO": self.atoms,
            "RXNREL": self.relations,
            "RXNCUI": self.history,
            "RXNATOMARCHIVE": self.archive,
        }
        for name, lines in files.items():
            if lines is not None:
                (folder / f"{name}.RRF").write_text("".join(f"{line}\n" for line in lines), "utf-8")
        return folder


def usual() -> Release:
    """Ours (tramadol, acetaminophen, kava left out), new ones, a combination, brands, drugs and a pack."""
    made = Release()
    made.add("10689", "IN", "tramadol")
    made.add("161", "IN", "acetaminophen")
    made.add("9000001", "IN", "zilucoplast")
    made.add("9000002", "PIN", "zilucoplast sodium", [("form_of", "9000001")])
    made.add("9000003", "IN", "ocuvaldine")
    made.add("9000004", "MIN", "acetaminophen / zilucoplast", [("has_part", "161"), ("has_part", "9000001")])
    made.add("9000010", "SCDC", "tramadol 50 MG", [("has_ingredient", "10689")])
    made.add("9000011", "SCDC", "acetaminophen 325 MG", [("has_ingredient", "161")])
    made.add(
        "9000012", "SCDC", "zilucoplast sodium 5 MG",
        [("has_ingredient", "9000001"), ("has_precise_ingredient", "9000002")],
    )  # fmt: skip
    made.add("9000013", "SCDC", "ocuvaldine 1 MG/ML", [("has_ingredient", "9000003")])
    made.add("9000020", "SCD", "tramadol 50 MG Oral Tablet", [("consists_of", "9000010")])
    made.add(
        "9000021", "SCD", "acetaminophen 325 MG / zilucoplast sodium 5 MG Oral Tablet",
        [("consists_of", "9000011"), ("consists_of", "9000012"), ("has_ingredients", "9000004")],
    )  # fmt: skip
    made.add("9000022", "SCD", "ocuvaldine 1 MG/ML Ophthalmic Solution", [("consists_of", "9000013")])
    made.add("9000030", "BN", "Tramaforte", [("tradename_of", "10689")])
    made.add("9000031", "BN", "Zilucet")
    made.add("9000032", "BN", "Ocuval", [("tradename_of", "9000003")])
    made.add(
        "9000040", "SBD", "tramadol 50 MG Oral Tablet [Tramaforte]",
        [("tradename_of", "9000020"), ("has_ingredient", "9000030")],
    )  # fmt: skip
    made.add(
        "9000041", "SBD", "acetaminophen 325 MG / zilucoplast sodium 5 MG Oral Tablet [Zilucet]",
        [("tradename_of", "9000021"), ("has_ingredient", "9000031")],
    )  # fmt: skip
    made.add(
        "9000042", "SBD", "ocuvaldine 1 MG/ML Ophthalmic Solution [Ocuval]",
        [("tradename_of", "9000022"), ("has_ingredient", "9000032")],
    )  # fmt: skip
    return made
