"""What every concern says, as HTML written without template tags: a visit has a dozen of them, after every change anew.

Every value goes through `format_html`, which escapes it. Decides nothing.
"""

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

from django.urls import get_script_prefix, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import gettext as _

_HEAD = """<span class="kc-tag kc-tag--{severity}">{severity_word}</span> \
<span class="kc-tag kc-tag--certainty">{certainty} {certainty_word}</span>{provisional}
  <h4>{title}</h4>
  <p class="kc-flag__action">{action}</p>
  <p class="kc-meta">{why_here} {why_line}</p>"""
_WHY = """<summary>{could_happen}<span class="visually-hidden">: {title}</span></summary>
    <p>{summary}</p>
    <p class="kc-meta">{sources_word} {sources}. <a href="{address}">{in_full}\
<span class="visually-hidden">: {title}</span></a></p>
  """


def flag_html(flag: dict[str, Any]) -> dict[str, Callable[[], SafeString] | str]:
    """`head` to act by, `why_html` to unfold, and the name that stays the same for a flag that stays.

    Written when a template asks: paper does not. What an old stored run does not hold is left empty.
    """
    named = f"why-{flag['rule']}-{slugify(flag['about'])}"
    return {"head": partial(_head, flag), "why_html": partial(_why, flag), "why_id": named}


def _head(flag: dict[str, Any]) -> SafeString:
    provisional = ""
    if flag.get("provisional"):
        provisional = format_html(' <span class="kc-tag kc-tag--unknown">{}</span>', _("provisional"))
    return format_html(
        _HEAD,
        severity=flag.get("severity", ""),
        severity_word=flag.get("severity_word", ""),
        certainty=_("certainty:"),
        certainty_word=flag.get("certainty_word", ""),
        provisional=provisional,
        title=flag.get("title", ""),
        action=flag.get("action", ""),
        why_here=_("Why here:"),
        why_line=flag.get("why_line", ""),
    )


def _why(flag: dict[str, Any]) -> SafeString:
    return format_html(
        _WHY,
        could_happen=_("What could happen"),
        title=flag.get("title", ""),
        summary=flag.get("summary", ""),
        sources_word=_("Sources:"),
        sources=", ".join(flag.get("sources", ())),
        address=_evidence_of(flag["rule"], get_script_prefix()),
        in_full=_("Evidence in full"),
    )


@lru_cache(maxsize=1024)
def _evidence_of(rule: str, prefix: str) -> str:
    """`prefix` is where the site is mounted; an address holds it."""
    return reverse("clinical:evidence", args=[rule])
