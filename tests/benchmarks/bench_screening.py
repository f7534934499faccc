"""How long one screening takes: one patient, ten medicines, every rule, exposure and tier. No Django, no database.

Counts this process's own time, so that other work on the machine does not blur it.
Run with `python -m tests.benchmarks.bench_screening`.
"""

import random
import statistics
import time
from collections.abc import Callable
from dataclasses import replace

from clinical.screening.engine import RuleSet, compile_rules, screen
from clinical.screening.facts import (
    Facts,
    History,
    KratomUse,
    OpioidUseDisorder,
    PastWithdrawal,
    Patient,
    Product,
    Scores,
    Taken,
    Unit,
)
from tests.clinical.screening.reference import knowledge_from_files

MEDICINES = (
    "tramadol", "quetiapine", "sertraline", "lisinopril", "metformin",
    "atorvastatin", "gabapentin", "omeprazole", "alprazolam", "amoxicillin",
)  # fmt: skip
ROUNDS, PER_ROUND, PATIENTS = 9, 2_000, 2_000


def one_patient() -> Facts:
    return Facts(
        patient=Patient(34, "female", False, False, ("long_qt_syndrome", "major_depression")),
        kratom=(KratomUse(Product.LEAF_POWDER, 3, Unit.GRAM, "dose", 3, 7, 12, 8),),
        history=History(PastWithdrawal.NONE, OpioidUseDisorder.NONE, False, False, False, 0),
        taken=tuple(Taken(f"{name} 50 mg", substances=(name,)) for name in MEDICINES),
        scores=Scores((1, 1, 2, 0, 0, 1, 0, 0, 0)),
    )


def many_patients(ruleset: RuleSet) -> list[Facts]:
    """Invented patients who differ in everything; their medicine lines repeat as they do in a practice."""
    chance = random.Random(7)
    lines = [Taken(f"{name} {mg} mg", substances=(name,)) for name in sorted(ruleset.rows) for mg in (5, 50)]
    conditions = sorted(ruleset.conditions)
    return [
        replace(
            one_patient(),
            patient=Patient(chance.randint(16, 90), "female", False, False, tuple(chance.sample(conditions, 3))),
            kratom=(
                KratomUse(
                    chance.choice([Product.LEAF_POWDER, Product.CAPSULE, Product.SEVEN_OH, Product.SHOT]),
                    chance.randint(1, 9),
                    Unit.GRAM,
                    "dose",
                    chance.randint(1, 6),
                    chance.randint(1, 7),
                    chance.randint(1, 90),
                    8,
                ),
            ),
            taken=tuple(chance.sample(lines, 10)),
            scores=Scores(tuple(chance.randint(0, 3) for _ in range(9))),
        )
        for _ in range(PATIENTS)
    ]


def median_microseconds(work: Callable[[], int]) -> float:
    """Median over rounds of the mean time of one screening; `work` says how many it did."""
    rounds = []
    for _ in range(ROUNDS):
        start = time.process_time()
        done = work()
        rounds.append((time.process_time() - start) / done * 1e6)
    return statistics.median(rounds)


def main() -> None:
    knowledge = knowledge_from_files()
    start = time.process_time()
    ruleset = compile_rules(knowledge)
    compiled = (time.process_time() - start) * 1e3
    print(f"{len(knowledge.rules)} rules compiled in {compiled:.0f} ms; median of {ROUNDS} rounds, one screening:")
    facts = one_patient()
    flags = len(screen(facts, ruleset).flags)

    def again() -> int:
        for _ in range(PER_ROUND):
            screen(facts, ruleset)
        return PER_ROUND

    print(f"  the same patient again, 10 medicines, {flags} flags: {median_microseconds(again):.1f} us")
    patients = many_patients(ruleset)

    print(f"  {PATIENTS} different patients, once each: {once_each(patients, ruleset):.1f} us")


def once_each(patients: list[Facts], ruleset: RuleSet) -> float:
    """Mean time over patients whose like was hardly seen before: a whole practice screened again."""
    start = time.process_time()
    for one in patients:
        screen(one, ruleset)
    return (time.process_time() - start) / len(patients) * 1e6


if __name__ == "__main__":
    main()
