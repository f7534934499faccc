"""The admin by room: reference data, people, audit and visits. `gate` says who gets in; nobody deletes anything."""

from clinical.admin import audit, knowledge, people, rules, visits, vocabulary

__all__ = ["audit", "knowledge", "people", "rules", "visits", "vocabulary"]
