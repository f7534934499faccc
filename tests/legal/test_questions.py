"""Questions drawn by hand from the legal tables, each with its answer; asked as on the day the tables were checked."""

import csv
from datetime import date
from pathlib import Path

import pytest

from legal import lookup

pytestmark = pytest.mark.django_db
CHECKED = date(2026, 11, 22)
with (Path(__file__).parent / "questions.csv").open(encoding="utf-8", newline="") as file:
    QUESTIONS = list(csv.DictReader(file))


def test_there_are_enough_questions():
    assert len(QUESTIONS) >= 80


def test_every_question_has_the_answer_of_the_tables(law):
    wrong = []
    for asked in QUESTIONS:
        place = lookup.find_place(asked["place"])
        assert isinstance(place, lookup.Found), asked
        day, age = date.fromisoformat(asked["day"]), int(asked["age"]) if asked["age"] else None
        ruling = lookup.rulings_at(place, day, age, (asked["substance"],), CHECKED)[asked["substance"]]
        answer = {"status": ruling.status, "decided_by": ruling.decided_by or "", "may_buy": ruling.may_buy}
        wrong += [(asked, name, str(value)) for name, value in answer.items() if asked[name] != value]
    assert wrong == []
