"""Reads the clock times of a usual day: "07:30, 2 pm, at night". Never takes a clock time for a dose on waking."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from clinical.forms.consultation_fields import Text
from clinical.forms.consultation_limits import MOST_DOSES_A_DAY
from clinical.models.history import DOSE_TIME_LABELS

_CLOCK = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?\s*([ap]\.?m\.?)?")
_APART = re.compile(r"\s*(?:[,;\n]|\band\b)\s*|(?<=\d)\s+(?=\d)|(?<=m)\s+(?=\d)")
_SPOKEN = {
    "wake": ("wake", "waking", "on waking", "on waking up", "when waking", "when waking up", "first thing"),
    "night": ("night", "at night", "overnight", "in the night", "during the night"),
    "12:00": ("noon",),
    "00:00": ("midnight",),
}
_WORDS = {word: key for key, words in _SPOKEN.items() for word in words}


def times_in(text: str) -> tuple[str, ...]:
    """The times in the order of a day, "wake" first and "night" last. Raises `ValidationError` for anything else."""
    parts = [part.strip() for part in _APART.split(text.casefold()) if part and part.strip()]
    found = [_time(part) for part in parts]
    twice = next((time for time in found if found.count(time) > 1), None)
    if twice:
        raise ValidationError(
            _("%(time)s stands there twice. Name each dose once."), params={"time": in_words((twice,))}
        )
    if len(found) > MOST_DOSES_A_DAY:
        raise ValidationError(_("More than %(most)s times."), params={"most": MOST_DOSES_A_DAY})
    return tuple(sorted(found, key=lambda time: (time == "night", time != "wake", time)))


def _time(part: str) -> str:
    translated = {str(label).casefold(): key for key, label in DOSE_TIME_LABELS.items()}
    spoken = _WORDS.get(part) or translated.get(part)
    if spoken:
        return spoken
    match = _CLOCK.fullmatch(part)
    hour, minute, half = (int(match[1]), match[2], (match[3] or "")[:1]) if match else (99, None, "")
    if (minute is None and not half) or (half and not 1 <= hour <= 12) or hour > 23 or int(minute or 0) > 59:
        words = _("“%(part)s” is no clock time. Write 07:30, 7:30 pm, “on waking” or “at night”, with commas between.")
        raise ValidationError(words, params={"part": part})
    hour = hour % 12 + (12 if half == "p" else 0) if half else hour
    return f"{hour:02d}:{minute or '00'}"


def in_words(times: tuple[str, ...]) -> str:
    """The times as they may be typed again."""
    return ", ".join(str(DOSE_TIME_LABELS.get(time, time)) for time in times)


class DoseTimes(Text):
    """A text field that cleans to a tuple of times."""

    def clean(self, value) -> tuple[str, ...]:
        return times_in(super().clean(value) or "")

    def prepare_value(self, value):
        return value if isinstance(value, str) or value is None else in_words(tuple(value))
