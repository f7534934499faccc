"""How flags are answered on the review page: one small form for each, all of them posted together.

One press or one key for an answer. The keys work while the focus is among the answers of that flag, and nowhere else.
"""

from datetime import date, timedelta
from functools import partial
from html import escape

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.http import QueryDict
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinical.forms.consultation_fields import Day, MarksItsErrors, PlainDate, PlainHidden, PlainInput
from clinical.models import Answer, FlagAnswer
from clinical.standing import ACCEPTED

DO_SOMETHING = tuple(answer for answer in Answer if answer in ACCEPTED)
REASONS = tuple(answer for answer in Answer if answer not in ACCEPTED)
# Letters for what is done, digits for the nine reasons, nought for no answer.
KEYS = {"": "0", **dict(zip(DO_SOMETHING, "scrt", strict=True)), **dict(zip(REASONS, "123456789", strict=True))}
# The same in as few words as a button holds.
SHORT = {
    Answer.STOP: gettext_lazy("Stop"),
    Answer.CHANGE: gettext_lazy("Change"),
    Answer.REFER: gettext_lazy("Refer"),
    Answer.COUNSEL: gettext_lazy("Counsel"),
    Answer.WILL_MONITOR: gettext_lazy("Monitor…"),
}
# Judgement: a task further away than this is a slip of the year.
MOST_DAYS_AHEAD = 2 * 366


def buttons() -> dict[str, list[dict]]:
    """The answers as buttons beside the record: what is done, monitoring among it, and the other reasons to go on."""
    acts = [*DO_SOMETHING, Answer.WILL_MONITOR]
    return {
        "acts": [{"answer": one.value, "key": KEYS[one], "words": SHORT[one]} for one in acts],
        "reasons": [{"answer": one.value, "key": KEYS[one], "words": one.label} for one in REASONS if one not in acts],
    }


class AnswerChoices(forms.RadioSelect):
    """Radio buttons as chips, each with its key. Writes its own tags: a page may hold hundreds."""

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        """Where a message about the whole group leads: its first button."""
        return f"{id_}_{KEYS['']}" if id_ and index is None else super().id_for_label(id_, index)

    def render(self, name, value, attrs=None, renderer=None) -> SafeString:
        chosen = "" if value is None else str(value)
        chip = partial(_chip, name=escape(name), base=(attrs or {}).get("id", name), chosen=chosen)
        none, *groups = self.choices
        words = [f'<div class="kc-choices">{chip(*none)}</div>']
        for heading, choices in groups:
            chips = "".join(chip(key, label) for key, label in choices)
            words.append(
                f'<div class="kc-choices"><span class="kc-choices__head">{escape(heading)}</span>{chips}</div>'
            )
        return mark_safe("".join(words))


def _chip(key: str, label: str, *, name: str, base: str, chosen: str) -> str:
    press = KEYS[key]
    return (
        f'<label class="kc-choice" for="{base}_{press}"><input class="form-check-input" type="radio" name="{name}"'
        f' id="{base}_{press}" value="{key}" data-key="{press}"{" checked" if key == chosen else ""}> {escape(label)}'
        f' <kbd aria-hidden="true">{press.upper()}</kbd></label>'
    )


class AnswerForm(MarksItsErrors, forms.Form):
    """One answer. Monitoring must say what and until when."""

    use_required_attribute = False

    rule = forms.CharField(widget=PlainHidden)
    about = forms.CharField(widget=PlainHidden, required=False)
    answer = forms.ChoiceField(
        label=gettext_lazy("Answer"),
        required=False,
        choices=[
            ("", gettext_lazy("No answer yet")),
            (gettext_lazy("I do something"), [(a.value, a.label) for a in DO_SOMETHING]),
            (gettext_lazy("I go on because"), [(a.value, a.label) for a in REASONS]),
        ],
        widget=AnswerChoices,
    )
    note = forms.CharField(
        label=gettext_lazy("What, in a few words"),
        required=False,
        max_length=200,  # it becomes the words of the follow-up task
        widget=PlainInput(attrs={"class": "form-control form-control-sm", "autocomplete": "off"}),
    )
    follow_up_on = Day(
        label=gettext_lazy("Look again on"),
        required=False,
        widget=PlainDate(attrs={"class": "form-control form-control-sm"}),
    )

    def __init__(self, *args, flag: dict, stored: FlagAnswer | None = None, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.flag, self.stored, self.today = flag, stored, today
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.template = "clinical/_review_answer.html"

    def clean_follow_up_on(self) -> date | None:
        day = self.cleaned_data["follow_up_on"]
        already_stored = self.stored is not None and self.stored.follow_up_on == day
        if day and day < self.today and not already_stored:
            raise forms.ValidationError(_("This day has passed. Choose today or later."))
        if day and day > self.today + timedelta(days=MOST_DAYS_AHEAD):
            raise forms.ValidationError(_("More than two years ahead. Check the year."))
        return day

    def clean(self) -> dict:
        values = super().clean()
        if values.get("answer") == Answer.WILL_MONITOR:
            if not values.get("note") and "note" not in self.errors:
                self.add_error("note", _("Say what you will monitor."))
            if not values.get("follow_up_on") and "follow_up_on" not in self.errors:
                self.add_error("follow_up_on", _("Say until when."))
        if not values.get("answer") and (values.get("note") or values.get("follow_up_on")):
            self.add_error("answer", _("Choose an answer for what you wrote."))
        return values

    @property
    def is_new(self) -> bool:
        """Whether this says anything that is not stored yet, so that posting twice doubles nothing."""
        values = self.cleaned_data
        if not values["answer"]:
            return False
        typed = (values["answer"], values["note"], values["follow_up_on"])
        return self.stored is None or typed != (self.stored.answer, self.stored.note, self.stored.follow_up_on)

    @property
    def key(self) -> str:
        return f"{self.flag['rule']} {self.flag['about']}"


class SignForm(forms.Form):
    """Names the screening that was read before signing, and says whether the note includes the law."""

    run = forms.UUIDField(widget=PlainHidden)
    law_asked = forms.BooleanField(required=False, initial=True, widget=forms.HiddenInput)
    note_includes_law = forms.BooleanField(
        label=gettext_lazy("Put the law into the note"),
        required=False,
        help_text=gettext_lazy(
            "Off unless you choose it: a note is passed on, and the law at an address can harm who lives there. "
            "The visit keeps the law either way; the patient page never has it."
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout("run", "law_asked")

    def law_chosen(self) -> bool | None:
        """The choice posted; None where the page posted did not ask."""
        data = self.data
        return "note_includes_law" in data if data.get("law_asked") else None


def answer_forms(
    flags: list[dict], stored: dict[tuple[str, str], FlagAnswer], *, today: date, data: QueryDict | None = None
) -> list[AnswerForm]:
    """One form for each flag in the order shown. What was posted is matched by rule and subject, not by position.

    `stored` holds the answers that stand: what is sent again unchanged is not stored twice.
    """
    posted = _prefixes(data) if data is not None else {}
    forms_made = []
    for number, flag in enumerate(flags):
        key = (flag["rule"], flag["about"])
        answer = stored.get(key)
        initial = {"rule": flag["rule"], "about": flag["about"]}
        if answer:
            initial |= {"answer": answer.answer, "note": answer.note, "follow_up_on": answer.follow_up_on}
        bound = _renamed(data, posted[key], f"flag{number}") if key in posted else None
        forms_made.append(
            AnswerForm(bound, prefix=f"flag{number}", initial=initial, flag=flag, stored=answer, today=today)
        )
    return forms_made


def _prefixes(data: QueryDict) -> dict[tuple[str, str], str]:
    prefixes = [name.removesuffix("-rule") for name in data if name.startswith("flag") and name.endswith("-rule")]
    return {(data[f"{prefix}-rule"], data.get(f"{prefix}-about", "")): prefix for prefix in prefixes}


def _renamed(data: QueryDict, old: str, new: str) -> dict[str, str]:
    names = ("rule", "about", "answer", "note", "follow_up_on")
    return {f"{new}-{name}": data[f"{old}-{name}"] for name in names if f"{old}-{name}" in data}
