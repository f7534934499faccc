"""Prints what each journey took, one line a journey, after the tests."""

from collections.abc import Callable

import pytest

TOOK = "took"


@pytest.fixture
def took(record_property) -> Callable[[str], None]:
    """Keeps a line for the end."""
    return lambda line: record_property(TOOK, line)


def pytest_terminal_summary(terminalreporter) -> None:
    for report in terminalreporter.getreports("passed"):
        for name, line in getattr(report, "user_properties", ()):
            if name == TOOK and report.when == "call":
                terminalreporter.write_line(line)
