"""What is still open in a visit, in one list with a link to each: what stops signing first. Decides nothing."""

from dataclasses import dataclass, replace

from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinical.actions.screening import NEED_AN_ANSWER
from clinical.models import Answer
from clinical.records import VisitRecord
from clinical.since_last import unconfirmed_in
from clinical.standing import PUT_OFF
from clinical.views.panel import Panel


@dataclass(frozen=True, slots=True)
class OpenItem:
    """One thing left to do. `stops` tells whether the visit can be signed without it."""

    text: str
    href: str
    stops: bool = False


def place_of(flag: dict) -> str:
    """The id of the place where a concern is answered."""
    return f"answer-{flag['rule']}-{slugify(flag['about'])}"


def still_open(
    panel: Panel, *, inquiry_at: str = "", record: VisitRecord | None = None, rows_at: str = ""
) -> list[OpenItem]:
    """`inquiry_at` is where asking about suicide is recorded, while it is due. `record` tells what nobody confirmed."""
    items = [OpenItem(_("Ask directly about suicide, and record it"), inquiry_at, stops=True)] if inquiry_at else []
    waiting = [flag for flag in panel.flags if not flag["answer"]]
    for flag in waiting:
        if flag["severity"] in NEED_AN_ANSWER:
            items.append(OpenItem(_("Answer: %(what)s") % {"what": flag["title"]}, f"#{place_of(flag)}", stops=True))
    items += _put_off(panel)
    to_plan = [flag for flag in waiting if flag in panel.plan]
    if to_plan:
        words = ngettext("%(n)d concern to plan has no answer", "%(n)d concerns to plan have no answer", len(to_plan))
        items.append(OpenItem(words % {"n": len(to_plan)}, f"#{place_of(to_plan[0])}"))
    if panel.gaps:
        words = ngettext("%(n)d thing could not be assessed", "%(n)d things could not be assessed", len(panel.gaps))
        items.append(OpenItem(words % {"n": len(panel.gaps)}, "#not-assessed"))
    return items + (_not_confirmed(record, rows_at) if record else [])


def _not_confirmed(record: VisitRecord, rows_at: str) -> list[OpenItem]:
    """Rows that stand as last time without anybody having said so today: screened, and no reason not to sign."""
    n = unconfirmed_in(record)
    words = ngettext(
        "%(n)d row stands as last time, not confirmed today", "%(n)d rows stand as last time, not confirmed today", n
    )
    place = "#kratom-rows" if unconfirmed_in(replace(record, medications=())) else "#medicine-rows"
    return [OpenItem(words % {"n": n}, f"{rows_at}{place}")] if n else []


def _put_off(panel: Panel) -> list[OpenItem]:
    """Answers that decide nothing yet: they come back at the next visit."""
    return [
        OpenItem(f"{flag['title']}: {Answer(flag['answer'].answer).label}", f"#{place_of(flag)}")
        for flag in panel.flags
        if flag["answer"] and flag["answer"].answer in PUT_OFF
    ]
