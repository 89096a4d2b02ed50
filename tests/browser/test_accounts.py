"""People sign in, come by a link, see to their account and to others', without scripts; and nothing bars anybody."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Opened
from tests.browser.test_files import violations
from tests.web.people import PASSWORD, House, housing

from pincite.library.access import Role


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with housing(tmp_path_factory.mktemp("people")) as house:
        house.add("root", Role.OWNER)
        yield house


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_people_come_by_a_link_and_go_without_scripts(house: House, opened: Opened) -> None:
    owner = opened(f"{house.served.url}/people", java_script_enabled=False)
    sign_in(owner, "root@example.org")
    expect(owner.get_by_role("heading", name="People")).to_be_visible()
    owner.get_by_label("E-mail address").fill("ada@example.org")
    owner.get_by_role("button", name="Make the link").click()
    link = owner.locator(".key").inner_text()

    ada = opened(link, java_script_enabled=False)
    ada.get_by_label("Your name, as others see it").fill("Ada")
    ada.get_by_label("Password, 10 characters or more").fill(PASSWORD)
    ada.get_by_role("button", name="Make the account").click()
    ada.get_by_role("link", name="Account").click()
    ada.get_by_label("What will use it").fill("script")
    ada.get_by_role("button", name="Make a key").click()
    expect(ada.locator(".key")).to_contain_text("pin_")

    owner.goto(f"{house.served.url}/people")
    row = owner.get_by_role("listitem").filter(has_text="ada@example.org")
    row.locator("summary").click()
    row.get_by_role("button", name="Suspend").click()
    expect(owner.get_by_role("listitem").filter(has_text="suspended")).to_contain_text("ada@example.org")
    ada.goto(f"{house.served.url}/account")
    expect(ada.get_by_role("heading", name="Sign in")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_on_the_pages_of_accounts_bars_anybody(house: House, opened: Opened, scheme: str) -> None:
    page = opened(f"{house.served.url}/login", color_scheme=scheme, viewport={"width": 320, "height": 700})
    assert violations(page) == []
    sign_in(page, "root@example.org")
    for path in ("/account", "/people", "/providers"):
        page.goto(f"{house.served.url}{path}")
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
