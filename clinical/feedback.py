"""What clinicians answered to each concern, in the six feedback fields, as CSV and JSON. Reads only; names no patient.

A correction is another line: answers are never changed. Those carried forward were not given again and are left out.
"""

import csv
import io
import json
from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, Subquery

from clinical.exchange.cells import guarded
from clinical.models import FlagAnswer, Practice, ScreeningFlag
from clinical.stewardship import days_in

FIELDS = ("intervention", "action_taken", "feedback_text", "user", "date", "location")
KINDS = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


def feedback_lines(*, practice: Practice, first_day: date, last_day: date) -> Iterator[dict[str, str]]:
    """Every answer given in the practice on these days, oldest first."""
    begin, end = days_in(first_day, last_day, practice)
    zone = ZoneInfo(practice.time_zone)
    shown = ScreeningFlag.objects.filter(
        run__consultation=OuterRef("consultation"), rule=OuterRef("rule"), about=OuterRef("about")
    ).order_by("-pk")
    given = FlagAnswer.objects.filter(
        consultation__patient__practice=practice, answered_at__gte=begin, answered_at__lt=end, carried_from=None
    )
    given = given.annotate(
        revision=Subquery(shown.values("rule_revision")[:1]), title=Subquery(shown.values("shown__title")[:1])
    )
    for row in given.select_related("answered_by").order_by("answered_at", "id").iterator(chunk_size=2000):
        yield {
            "intervention": f"{row.rule} ({row.about}), revision {row.revision}: {row.title}",
            "action_taken": f"{row.answer}: {row.get_answer_display()}",
            "feedback_text": row.note,
            "user": f"{row.answered_by} <{row.answered_by.email}>",
            "date": row.answered_at.astimezone(zone).isoformat(timespec="seconds"),
            "location": practice.name,
        }


def feedback_file(*, practice: Practice, first_day: date, last_day: date, kind: str) -> str:
    """The whole file. In CSV nothing runs as a formula; JSON carries the words as they are."""
    lines = feedback_lines(practice=practice, first_day=first_day, last_day=last_day)
    if kind == "json":
        days = {"from": first_day.isoformat(), "until": last_day.isoformat()}
        return json.dumps({**days, "feedback": list(lines)}, ensure_ascii=False, indent=1)
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(FIELDS)
    writer.writerows([guarded(line[name]) for name in FIELDS] for line in lines)
    return stream.getvalue()
