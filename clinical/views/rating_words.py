"""Severity and certainty in the words a clinician reads, and which severities call for an act today."""

from django.utils.translation import gettext_lazy

from clinical.screening.knowledge import Certainty, Severity

SEVERITY_WORDS = {
    Severity.CONTRAINDICATED.value: gettext_lazy("Contraindicated"),
    Severity.MAJOR.value: gettext_lazy("Major"),
    Severity.MODERATE.value: gettext_lazy("Moderate"),
    Severity.MINOR.value: gettext_lazy("Minor"),
}
CERTAINTY_WORDS = {
    Certainty.CLINICAL_STUDY.value: gettext_lazy("clinical study"),
    Certainty.CASE_REPORTS.value: gettext_lazy("case reports"),
    Certainty.IN_VITRO_ANIMAL.value: gettext_lazy("laboratory or animals only"),
    Certainty.THEORETICAL.value: gettext_lazy("theory only"),
    Certainty.NONE_FOUND.value: gettext_lazy("no report found"),
}
ACT_NOW = (Severity.CONTRAINDICATED.value, Severity.MAJOR.value)
