"""Work with the keyboard alone: Tab to a field, type, choose with the arrows, press Enter."""

from playwright.sync_api import Locator, Page

MOST_TABS = 400
HAS_FOCUS = "element => element === document.activeElement"
CHOSEN = "element => element.options[element.selectedIndex].text"
STEPS_TO = "(element, text) => [...element.options].findIndex((o) => o.text === text) - element.selectedIndex"


class Keyboard:
    def __init__(self, page: Page):
        self.page = page

    def to(self, target: Locator) -> Locator:
        """Tab forward until the target has the focus."""
        for _ in range(MOST_TABS):
            if target.evaluate(HAS_FOCUS):
                return target
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab never reaches {target}")

    def type(self, target: Locator, text: str) -> None:
        self.to(target)
        self.page.keyboard.type(text)

    def press(self, target: Locator) -> None:
        """Press a button or follow a link."""
        self.to(target)
        self.page.keyboard.press("Enter")

    def choose(self, target: Locator, text: str) -> None:
        """Choose from a drop-down list."""
        self.to(target)
        steps = target.evaluate(STEPS_TO, text)
        for _ in range(abs(steps)):
            self.page.keyboard.press("ArrowDown" if steps > 0 else "ArrowUp")
        assert target.evaluate(CHOSEN) == text

    def mark(self, group: Locator, choice: Locator) -> None:
        """Mark one of a group of radio buttons: Tab to the marked one, then the arrows."""
        self.to(group.locator("input:checked"))
        for _ in range(group.get_by_role("radio").count()):
            if choice.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"The arrows never reach {choice}")
