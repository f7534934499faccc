"""One person at a desk whose keys and clicks are counted, and the line that a journey prints."""

import time
from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page

from tests.browser.keyboard import HAS_FOCUS

MOST_TABS = 60
# Judgement: what a tired person needs for a key and for a click, finding it included. The robot's time comes on top.
SECONDS_A_KEY, SECONDS_A_CLICK = 0.3, 1.5
SELECTED = "element => element.selectedOptions[0].text"


@dataclass(frozen=True, slots=True)
class Budget:
    """The most that a journey may take. `by_hand` is seconds at a person's pace."""

    keys: int
    clicks: int
    by_hand: float


@dataclass
class Counted:
    """Every key and click of one journey. It ends in one line, and fails above its budget."""

    name: str
    page: Page
    keys: int = 0
    clicks: int = 0
    started: float = field(default_factory=time.monotonic)

    def key(self, name: str) -> "Counted":
        """One press; keys held down together are one."""
        self.keys += 1
        self.page.keyboard.press(name)
        return self

    def write(self, text: str) -> "Counted":
        self.keys += len(text)
        self.page.keyboard.type(text)
        return self

    def tab_to(self, target: Locator) -> "Counted":
        for _ in range(MOST_TABS):
            if target.evaluate(HAS_FOCUS):
                return self
            self.key("Tab")
        raise AssertionError(f"{MOST_TABS} tabs do not reach {target}")

    def fill(self, target: Locator, text: str) -> "Counted":
        return self.tab_to(target).write(text)

    def pick(self, target: Locator, text: str) -> "Counted":
        """Choose from a list by its first letters, as many as it takes."""
        self.tab_to(target)
        for letter in text:
            if target.evaluate(SELECTED) == text:
                return self
            self.write(letter)
        assert target.evaluate(SELECTED) == text
        return self

    def click(self, target: Locator) -> "Counted":
        self.clicks += 1
        target.click()
        return self

    def ended(self, budget: Budget) -> str:
        """The line to print. Above the budget in any way, the journey fails with it."""
        seconds = time.monotonic() - self.started
        by_hand = seconds + self.keys * SECONDS_A_KEY + self.clicks * SECONDS_A_CLICK
        line = f"{self.name} keys={self.keys} clicks={self.clicks} seconds={seconds:.1f} by_hand={by_hand:.0f}"
        over = self.keys > budget.keys or self.clicks > budget.clicks or by_hand > budget.by_hand
        assert not over, f"{line} is over its budget: {budget}"
        return line
