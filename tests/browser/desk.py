"""What somebody does at a desk with a browser, in the words of a visit. Every page opened is checked on arrival."""

from playwright.sync_api import Page, expect

from clinical.models import Consultation, Patient, User
from tests import factories
from tests.browser.accessibility import assert_accessible, assert_copy_accessible
from tests.browser.settling import settled
from tests.browser.watch import Watch

REFUSED = "the server responded with a status of 422"


class Desk:
    """One person at one browser. Fields are found by their labels, as people find them."""

    def __init__(self, page: Page, home: str, watch: Watch, *, has_scripts: bool = True):
        self.page, self.home, self.watch, self.has_scripts = page, home, watch, has_scripts

    # ---- given
    def given_signed_in(self, person: User) -> "Desk":
        self.page.goto(f"{self.home}/account/login/")
        self.page.get_by_label("Email").fill(person.email)
        self.page.get_by_label("Password").fill(factories.PASSWORD)
        self.page.get_by_role("button", name="Sign in", exact=True).click()
        self.page.get_by_role("button", name="Sign out").wait_for()
        return self

    def given_new_visit(self, patient: Patient) -> "Desk":
        return self.opened(f"/patients/{patient.pk}/consultations/new/")

    def given_draft(self, consultation: Consultation) -> "Desk":
        return self.opened(f"/consultations/{consultation.pk}/")

    # ---- when
    def opened(self, address: str, *, status: int = 200) -> "Desk":
        if status >= 400:
            self.watch.expect(f"the server responded with a status of {status}")
        answer = self.page.goto(f"{self.home}{address}")
        assert answer is not None
        assert answer.status == status
        return self.arrived()

    def arrived(self) -> "Desk":
        """On a page that came to rest: it must be accessible."""
        settled(self.page)
        (assert_accessible if self.has_scripts else assert_copy_accessible)(self.page)
        return self

    def typed(self, **fields: str) -> "Desk":
        """Fill fields by the ends of their names: `kratom_0_amount` is kratom-0-amount."""
        for name, value in fields.items():
            field = self.field(name)
            if field.evaluate("element => element.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
                field.blur()
        settled(self.page)
        return self

    def asked_and_uses(self) -> "Desk":
        self.page.get_by_text("Asked, uses", exact=True).click()
        settled(self.page)
        return self

    def pressed(self, button: str) -> "Desk":
        self.page.get_by_role("button", name=button, exact=True).first.click()
        return self

    def answered_every_concern(self, answer: str) -> "Desk":
        """Every concern that needs one; the others keep theirs folded."""
        for needing in self.page.locator("li.kc-flag").filter(has=self.page.locator(".kc-needs")).all():
            needing.get_by_role("radio", name=answer, exact=True).check()
        return self

    # ---- then
    def field(self, name: str):
        return self.page.locator(f'[name="{_as_posted(name)}"]')

    def holds(self, **fields: str) -> "Desk":
        for name, value in fields.items():
            expect(self.field(name)).to_have_value(value)
        return self

    def says(self, words: str) -> "Desk":
        expect(self.page.get_by_text(words).first).to_be_visible()
        return self


def _as_posted(name: str) -> str:
    """`kratom_0_doses_per_day` as the form posts it: kratom-0-doses_per_day."""
    kind, _first, rest = name.partition("_")
    number, _second, field = rest.partition("_")
    return f"{kind}-{number}-{field}" if number.isdigit() else name
