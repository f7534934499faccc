"""What a page shows of one screening, as plain words: to compare the live list, the review and the signed visit."""

from playwright.sync_api import Locator, Page


def words_of(found: Locator) -> str:
    return " ".join((found.text_content() or "").split())


def flags_on(page: Page) -> dict[str, str]:
    """Every concern, folded ones too: title to severity, certainty, action, reason, what could happen and sources."""
    return {words_of(flag.locator("h4")): _words_of_flag(flag) for flag in page.locator("li.kc-flag").all()}


def _words_of_flag(flag: Locator) -> str:
    parts = flag.locator("> .kc-tag, > .kc-flag__action, > .kc-meta, > details[id] > p")
    return " | ".join(words_of(part) for part in parts.all())


def severities_on(page: Page) -> dict[str, str]:
    """The first word of each title to its severity."""
    flags = page.locator("li.kc-flag").all()
    return {words_of(flag.locator("h4")).split(":")[0]: words_of(flag.locator(".kc-tag").first) for flag in flags}


def rest_on(page: Page) -> list[str]:
    """Gaps, amounts, withdrawal, mood and law, each in its own words."""
    return [words_of(part) for part in page.locator("#what-matters .kc-gaps, #what-matters .kc-part").all()]


def part_on(page: Page, heading: str) -> str:
    """One part of the list by the start of its heading."""
    return words_of(page.locator("#what-matters .kc-part").filter(has=page.locator("h3", has_text=heading)))


def gaps_on(page: Page) -> str:
    return words_of(page.locator("#what-matters .kc-gaps"))


def law_on(page: Page) -> str:
    return part_on(page, "Law at home")
