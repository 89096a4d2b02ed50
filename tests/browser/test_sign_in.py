"""A person signs in by an identity provider's button, an admin adds a server of models, and nothing bars anybody."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Opened
from tests.browser.test_accounts import sign_in
from tests.browser.test_files import violations
from tests.web.people import House, housing

from pincite.library.access import Role
from pincite.settings import OidcSettings
from pincite.testing.identity_provider import IdentityProvider, running
from pincite.testing.model_server import ModelServer
from pincite.web.serve import bind


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The provider is at another site than the server: localhost, and 127.0.0.1."""
    with bind("127.0.0.1", 0) as free:
        there = IdentityProvider(host="localhost", asks=True, port=free.getsockname()[1])
    club = OidcSettings(
        issuer=there.issuer, client_id="pincite", secret_env="S", label="The Club", domains=("example.org",)
    )
    folder, env = tmp_path_factory.mktemp("sign_in"), {"S": there.client_secret}
    with housing(folder, oidc={"club": club}, env=env, beside=lambda: running(there)) as house:
        house.add("root", Role.OWNER)
        yield house


@pytest.mark.parametrize("scripts", [True, False])
def test_a_person_signs_in_by_the_button_and_comes_to_where_it_wanted(
    house: House, opened: Opened, scripts: bool
) -> None:
    page = opened(f"{house.served.url}/files", quiet=True, java_script_enabled=scripts)
    page.get_by_role("link", name="Continue with The Club").click()
    page.get_by_role("link", name="I am Ada Lovelace").click()
    expect(page).to_have_url(f"{house.served.url}/files")
    page.get_by_role("link", name="Account").click()
    expect(page.get_by_text("Connected with The Club")).to_be_visible()
    expect(page.get_by_text("ada@example.org")).to_be_visible()


def test_who_signs_in_by_keys_is_where_something_is_to_be_typed(house: House, opened: Opened) -> None:
    page = opened(f"{house.served.url}/login", quiet=True)
    expect(page.get_by_label("E-mail address")).to_be_focused()
    page.keyboard.type("nobody@example.org")
    page.keyboard.press("Tab")
    page.keyboard.type("not the password")
    page.keyboard.press("Enter")
    expect(page.get_by_text("That is not the password of that address")).to_be_visible()
    expect(page.get_by_label("Password")).to_be_focused()


def test_an_account_is_not_connected_with_somebody_elses_identity(house: House, opened: Opened) -> None:
    page = opened(f"{house.served.url}/login/club", quiet=True)
    page.get_by_role("link", name="I am Ada Lovelace").click()
    page.context.clear_cookies()
    page.goto(f"{house.served.url}/account")
    sign_in(page, "root@example.org")
    page.get_by_role("link", name="Connect with The Club").click()
    page.get_by_role("link", name="I am Ada Lovelace").click()
    expect(page.get_by_role("heading", name="That contradicts an earlier request")).to_be_visible()


def add_server(page: Page, base_url: str) -> None:
    page.get_by_text("Add a model server").click()
    page.get_by_label("Name, in small letters").fill("box")
    page.get_by_label("Address of its API").fill(base_url)
    page.get_by_label("Models, with commas").fill("words, sources")
    page.get_by_role("button", name="Add it").click()


def test_an_admin_adds_a_model_server_tries_it_and_removes_it(house: House, opened: Opened, model: ModelServer) -> None:
    page = opened(f"{house.served.url}/providers")
    sign_in(page, "root@example.org")
    add_server(page, model.base_url)
    row = page.get_by_role("listitem").filter(has_text="box")
    expect(row).to_contain_text("2 models")
    row.get_by_role("button", name="Test box").click()
    expect(page.get_by_role("status").filter(has_text="It works")).to_be_visible()
    page.goto(house.served.url)
    assert page.locator("input[name=model][value='box:words']").count() == 1
    page.goto(f"{house.served.url}/providers")
    row.locator("summary").click()
    row.get_by_role("button", name="Remove the server").click()
    expect(page.get_by_role("listitem").filter(has_text="box")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_on_these_pages_bars_anybody(house: House, opened: Opened, scheme: str) -> None:
    page = opened(f"{house.served.url}/login", color_scheme=scheme, viewport={"width": 320, "height": 700})
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    sign_in(page, "root@example.org")
    page.goto(f"{house.served.url}/providers")
    add_server(page, "http://127.0.0.1:9/v1")
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.get_by_role("button", name="Remove the server").click()
