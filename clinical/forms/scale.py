"""The page of one scale: its items as fields. All answered, or nothing is stored."""

from django.core.exceptions import ValidationError

from clinical.forms.consultation_sections import Section
from clinical.forms.scales import Scale, scale_fields, still_open_words
from clinical.instruments import Words


class ScaleForm(Section):
    """Fields `gad7_1` and so on. `answers` are whole once the form is valid."""

    template = "clinical/_scale_form.html"

    def __init__(self, *args, words: Words, sex: str = "", answers: tuple[int, ...] = (), **kwargs):
        kwargs["initial"] = {f"{words.code}_{number}": str(answer) for number, answer in enumerate(answers, start=1)}
        super().__init__(*args, **kwargs)
        self.fields.update(scale_fields(words))
        self.scale = Scale(self, words, sex)

    def clean(self) -> dict:
        values = super().clean()
        answers = self.scale.answered(values)
        if None in answers and not self.errors:
            name = self.scale.names[answers.index(None)]
            self.add_error(name, ValidationError(still_open_words(answers)))
        values["answers"] = tuple(answers)
        return values
