"""What reaches the logs: paths and places in the code, never anything that a person typed."""

import logging
import re
import traceback

QUERY = re.compile(r"\?[^\s\"']*")


class WithoutValues(logging.Formatter):
    """Drop query strings, and of an exception keep its kind and where it arose: its message may quote a record."""

    def format(self, record: logging.LogRecord) -> str:
        return QUERY.sub("?...", super().format(record))

    def formatException(self, ei) -> str:  # noqa: N802 (the name is logging's)
        kind, _message, place = ei
        frames = "".join(traceback.format_tb(place)) if place else ""
        return f"{frames}{kind.__name__ if kind else 'Exception'} (message left out)"
