"""The fields of a form, copied from its class one by one when they are first asked for.

Django copies every field of every form at once. A visit with forty medicines has some three hundred, and all but a
few are only printed as they stand.
"""

import copy

from django import forms


class SharedFields(dict):
    """The fields of a form class. What a form gets of them are `OwnFields`."""

    def __deepcopy__(self, memo: dict) -> "OwnFields":
        return OwnFields(self)


class OwnFields(dict):
    """The fields of one form. Asking for one by name, or for all, gives the form's own copy, which it may change."""

    def __init__(self, shared: dict[str, forms.Field]):
        super().__init__(shared)
        self._own: set[str] = set()

    def __getitem__(self, name: str) -> forms.Field:
        if name not in self._own:
            super().__setitem__(name, copy.deepcopy(super().__getitem__(name)))
            self._own.add(name)
        return super().__getitem__(name)

    def __setitem__(self, name: str, field: forms.Field) -> None:
        self._own.add(name)
        super().__setitem__(name, field)

    def update(self, *others, **named) -> None:
        for name, field in dict(*others, **named).items():
            self[name] = field

    def get(self, name: str, default: forms.Field | None = None) -> forms.Field | None:
        if name not in self:
            return default
        return self[name]

    def items(self):
        return [(name, self[name]) for name in self]

    def values(self):
        return [self[name] for name in self]

    def as_they_stand(self, name: str) -> forms.Field:
        """The field without copying it: for reading only."""
        return super().__getitem__(name)
