"""Tells the law's verification queue how many patients of a person's practice live in each jurisdiction."""

from collections import Counter
from collections.abc import Mapping

from clinical.law_notices import patients_by_jurisdiction
from clinical.models import User
from legal import lookup as law


def count_for(user: User) -> Mapping[str, int] | None:
    """None for somebody who belongs to no practice."""
    return Counter(patients_by_jurisdiction(user.practice)) if user.practice_id else None


law.register_patient_counter(count_for)
