"""People sign in, come by a link, see to their account and to others', without scripts; and nothing bars anybody."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Opened
from tests.browser.test_files import violations
from tests.web.people import KEY, PASSWORD, House, housing

from pincite.library.access import Role
from pincite.settings import EndpointSettings, ModelSettings, PlanSettings
from pincite.testing.model_server import ModelServer

STRICT = "STRICT_KEY"
"""Where the key of a vendor is looked for that refuses every key."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, model: ModelServer) -> Iterator[House]:
    vendors = {KEY: "test-model", STRICT: "401"}
    endpoints = {
        name.partition("_")[0].lower(): EndpointSettings(base_url=model.base_url, key_env=name, models=(writes,))
        for name, writes in vendors.items()
    }
    plans = {"free": PlanSettings(models=("vendor:*",), questions_per_day=3, max_upload_mb=5)}
    with housing(tmp_path_factory.mktemp("people"), ModelSettings(endpoints=endpoints), plans=plans) as house:
        house.add("root", Role.OWNER)
        house.add("eve", Role.MEMBER)
        yield house


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_what_was_typed_is_there_again_after_a_session_that_had_ended(house: House, opened: Opened) -> None:
    page = opened(house.served.url, quiet=True)
    sign_in(page, "eve@example.org")
    page.fill("#question", "Where do bees live?")
    page.context.clear_cookies()
    page.press("#question", "Enter")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    sign_in(page, "eve@example.org")
    expect(page.locator("#question")).to_have_value("Where do bees live?")


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


def test_t2_a_key_is_put_in_and_tested_and_never_shown_again(house: House, opened: Opened) -> None:
    page = opened(f"{house.served.url}/providers", java_script_enabled=False)
    sign_in(page, "root@example.org")
    for name, words in ((KEY, "It works: test-model wrote its first words after"), (STRICT, "It does not work: ")):
        row = page.get_by_role("listitem").filter(has_text=name)
        expect(row.get_by_role("button", name="Test")).to_have_count(0)
        row.get_by_role("textbox").fill("sk-canary-4711")
        row.get_by_role("button", name="Keep").click()
        row.get_by_role("button", name="Test").click()
        expect(row.get_by_role("status")).to_contain_text(words)
        assert "canary" not in page.content()
    expect(page.get_by_role("listitem").filter(has_text=STRICT).get_by_role("status")).to_contain_text(STRICT)


def test_t3_what_is_used_and_what_is_left_is_told_in_words(house: House, opened: Opened) -> None:
    page = opened(f"{house.served.url}/account", java_script_enabled=False)
    sign_in(page, "eve@example.org")
    limits = page.locator(".sums")
    expect(limits).to_contain_text("0 of 3 used, 3 left")
    expect(limits).to_contain_text("vendor:*")
    expect(limits).to_contain_text("up to 5 MB each")
    expect(page.locator(".account")).to_contain_text("Each day begins anew at midnight UTC.")
    page.goto(house.served.url)
    page.fill("#question", "What is a tower?")
    page.click(".send")
    page.goto(f"{house.served.url}/account")
    expect(limits).to_contain_text("1 of 3 used, 2 left")


def test_a_stranger_is_offered_nothing_that_only_leads_to_the_login(house: House, opened: Opened) -> None:
    page = opened(f"{house.served.url}/login")
    expect(page.get_by_role("contentinfo").get_by_role("link")).to_have_count(0)
    sign_in(page, "eve@example.org")
    expect(page.get_by_role("contentinfo").get_by_role("link", name="Settings")).to_be_visible()


def test_a_session_is_called_by_its_browser_and_its_system(house: House, opened: Opened) -> None:
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0"
    page = opened(f"{house.served.url}/account", user_agent=agent)
    sign_in(page, "eve@example.org")
    expect(page.locator(".rows li", has_text="this browser")).to_contain_text("Firefox on Linux")


def test_q5_times_of_an_account_are_the_readers_too(house: House, opened: Opened) -> None:
    sign_in(opened(f"{house.served.url}/account"), "eve@example.org")
    page = opened(f"{house.served.url}/account", locale="zh-CN", timezone_id="Asia/Shanghai")
    page.get_by_label("电子邮箱").fill("eve@example.org")
    page.get_by_label("密码").fill(PASSWORD)
    page.locator(".login .send").click()
    seen = page.locator(".rows time").first
    expect(seen).to_have_text(re.compile(r"^\d{4}年\d{1,2}月\d{1,2}日 \d{2}:\d{2}$"))
