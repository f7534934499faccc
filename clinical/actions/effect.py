"""Before and after publishing: the case library that must pass, and the charts whose open concerns a change touched.

Nothing about patients happens in the publish transaction: a practice's charts are compared afterwards, in steps that
can stop and go on, so that publishing takes as long for ten patients as for ten thousand.
"""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinical import snapshots
from clinical.effect.library import CaseFailure, run_library

# The message names the first; the workbench lists all.
MOST_NAMED = 5


class CasesFail(ValueError):
    """The case library does not pass with the change, so nothing is stored. `failures` has every case."""

    def __init__(self, failures: tuple[CaseFailure, ...]):
        named = "; ".join(str(failure) for failure in failures[:MOST_NAMED])
        count = len(failures)
        told = ngettext(
            "One case of the library fails, so nothing was stored: %(named)s.",
            "%(count)d cases of the library fail, so nothing was stored: %(named)s.",
            count,
        ) % {"count": count, "named": named}
        if count > MOST_NAMED:
            told = f"{told} {_('More fail; these are the first.')}"
        super().__init__(told)
        self.failures = failures


def try_out(*, version: int) -> snapshots.RuleSet:
    """Read reference data as it stands in this transaction, compile it and run the case library.

    Raises `CasesFail` with every case that is not answered as expected, and whatever reading or compiling raises.
    """
    rules = snapshots.rules_of(snapshots.read_knowledge(version))
    answer = run_library(rules)
    if answer.failures:
        raise CasesFail(answer.failures)
    return rules
