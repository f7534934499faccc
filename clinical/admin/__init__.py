"""The admin by room: reference data, people, audit and visits. `gate` says who gets in; nobody deletes anything."""

from django.contrib import admin

from clinical.admin import (
    audit,
    cases,
    drafts,
    knowledge,
    law_counts,
    people,
    review_queue,
    rules,
    rxnorm,
    sources,
    stewardship,
    unrecognised,
    visits,
    vocabulary,
)

__all__ = [
    "audit",
    "cases",
    "drafts",
    "knowledge",
    "law_counts",
    "people",
    "review_queue",
    "rules",
    "rxnorm",
    "sources",
    "stewardship",
    "unrecognised",
    "visits",
    "vocabulary",
]

# The lists need the width; every page names its way back in the breadcrumbs.
admin.site.enable_nav_sidebar = False
