"""Scores and the asking about suicide in words, as a visit's record reads. Decides nothing; never reassures."""

from collections.abc import Iterator

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from clinical.forms.consultation_reference import Words
from clinical.inquiry import inquiry_words, screen_words
from clinical.instruments import ON_THE_VISIT, instruments_in_force
from clinical.instruments import Words as Instrument
from clinical.models import SuicideInquiry
from clinical.records import InstrumentRecord, VisitRecord
from clinical.screening.instruments import score


def score_lines(record: VisitRecord, words: Words, version: int) -> list[str]:
    """PHQ-9 and COWS even when not recorded, then every other scale, each with the revision of its words."""
    taken = {one.instrument: one for one in record.instruments}
    known = instruments_in_force(version)
    others = (code for code in (*known, *taken) if code in taken and code not in ON_THE_VISIT)
    lines = [_phq9(record, words, taken.get("phq9")), _cows(record, words, taken.get("cows"))]
    for code in dict.fromkeys(others):
        lines += _scale(taken[code], known.get(code))
    return [*lines, *_worse_of_two(taken)]


def _phq9(record: VisitRecord, words: Words, taken: InstrumentRecord | None) -> str:
    if not record.phq9:
        return _("PHQ-9 not recorded")
    total, item_9 = sum(record.phq9), record.phq9[8]
    answer = dict(words.phq9.answers).get(str(item_9), str(item_9))
    values = {"total": total, "band": _band(words.phq9_bands, total), "item": answer}
    return _("PHQ-9 %(total)s of 27 %(band)s; item 9: %(item)s") % values + _revision(taken)


def _cows(record: VisitRecord, words: Words, taken: InstrumentRecord | None) -> str:
    if record.cows is None:
        return _("COWS not recorded")
    values = {"total": record.cows, "band": _band(words.cows_bands, record.cows)}
    return (_("COWS %(total)s of 48 %(band)s") % values).strip() + _revision(taken)


def _band(bands: tuple[dict, ...], total: int) -> str:
    return next((band["text"] for band in bands if band["low"] <= total <= band["high"]), "")


def _revision(taken: InstrumentRecord | None) -> str:
    return _(" (words of revision %(number)s)") % {"number": taken.version} if taken and taken.version else ""


def _scale(taken: InstrumentRecord, known: Instrument | None) -> Iterator[str]:
    """One scale with what it brought up. Where its words were revised since, only what was stored is told."""
    name = known.short if known else taken.instrument
    is_same = known is not None and known.revision == taken.version
    if taken.total is None:
        result = _marked(taken, known) if known and is_same else _("recorded; no total is claimed")
        yield f"{name}: {result}{_revision(taken)}"
    else:
        most = known.core.maximum if known and is_same else None
        total = _("%(total)s of %(most)s") % {"total": taken.total, "most": most} if most else str(taken.total)
        yield f"{name}: {', '.join(part for part in (total, _band_words(taken, known)) if part)}{_revision(taken)}"
    if known and is_same:
        # Told once: a cut-off is the band already, and the words of the band say it.
        notices = score(known.core, taken.answers).notices
        yield from (f"{name}: {notice.text}" for notice in notices if not notice.code.startswith("cut-off"))


def _band_words(taken: InstrumentRecord, known: Instrument | None) -> str:
    """The band in words; a stored code stands for itself where its words are gone."""
    if not known or not taken.band:
        return ""
    core = known.core
    bands = [*core.bands, *([core.needed.otherwise] if core.needed else [])]
    cut_offs = {"positive": _("positive at the cut-off for the recorded sex"), "below_cut_off": _("below that cut-off")}
    return next((band.text for band in bands if band.code == taken.band), cut_offs.get(taken.band, taken.band))


def _marked(taken: InstrumentRecord, known: Instrument) -> str:
    """The items of a list that were not answered with its lowest value, in words."""
    marked = []
    for question, answers, value in zip(known.questions, known.answers, taken.answers, strict=True):
        if value > answers[0][0]:
            marked.append(f"{question} ({dict(answers)[value].lower()})")
    return "; ".join(marked) or _("none of the symptoms listed")


def _worse_of_two(taken: dict[str, InstrumentRecord]) -> Iterator[str]:
    """Leaf and 7-OH were asked about apart: the one that meets more criteria is the one scored."""
    leaf, seven_oh = taken.get("kud_leaf"), taken.get("kud_7oh")
    if leaf and seven_oh and leaf.total is not None and seven_oh.total is not None:
        worse = _("leaf or extract") if leaf.total > seven_oh.total else _("7-OH products")
        if leaf.total == seven_oh.total:
            yield _("Kratom criteria: leaf and 7-OH meet the same number.")
        else:
            yield _("Kratom criteria scored for %(product)s, which meets more of them.") % {"product": worse}


def inquiry_lines(asked: SuicideInquiry | None) -> list[str]:
    """The inquiry recorded last; that none is recorded is said too."""
    if asked is None:
        return [_("No direct inquiry is recorded in this visit.")]
    when = date_format(localtime(asked.at), "j M Y H:i")
    values = {"how": screen_words(asked.screen, inquiry_words()), "who": asked.by, "when": when}
    return [
        str(asked.get_outcome_display()),
        _("Asked with: %(how)s; %(who)s, %(when)s") % values,
        _("Done: %(what)s") % {"what": asked.done},
    ]
