"""Threads and what is done with them, row by row of the acceptance list (I, J, K): names, bin, files, shares."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Opened
from tests.browser.stage import Stage
from tests.browser.test_look import ADDRESS, PHONE, WORD, unbroken, violations
from tests.web.conftest import Served


def menu(page: Page, item: str) -> None:
    page.locator(".menu summary").click()
    page.locator(".menu-items").get_by_text(item, exact=True).click()


def test_i1_a_thread_is_renamed_where_its_title_stands(stage: Stage, opened: Opened) -> None:
    stage.whole()
    page = opened(stage.url)
    page.locator(".rename summary").click()
    box = page.get_by_label("Title of this thread")
    expect(box).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".rename summary")).to_be_focused()
    page.keyboard.press("Enter")
    expect(box).to_be_focused()
    page.keyboard.type("The tower in short")
    page.keyboard.press("Enter")
    expect(page).to_have_title("The tower in short · pincite")
    expect(page.locator(".rename summary")).to_have_text("The tower in short")


def test_i2_a_deleted_thread_comes_back_by_undo_and_from_the_bin(served: Served, stage: Stage, opened: Opened) -> None:
    stage.whole(text="What does an okapi weigh?")
    page = opened(stage.url)
    page.clock.install()
    menu(page, "Delete thread")
    expect(page.locator(".undo")).to_contain_text("“What does an okapi weigh?” is in the bin.")
    assert "deleted" not in page.url
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("h1")).to_have_text("What does an okapi weigh?")
    menu(page, "Delete thread")
    expect(page.locator(".undo")).to_be_visible()
    page.clock.run_for(11_000)
    expect(page.locator(".undo")).to_have_count(0)
    page.get_by_role("link", name="Bin", exact=True).click()
    row = page.locator(".bin-list li", has_text="What does an okapi weigh?")
    expect(row).to_contain_text("gone in 30 days")
    row.get_by_role("button").click()
    expect(page).to_have_url(re.compile(stage.thread_id))


def test_i2_one_answer_is_deleted_alone_and_comes_back_without_scripts(stage: Stage, opened: Opened) -> None:
    stage.whole()
    stage.whole(text="And who designed it?")
    page = opened(stage.url, java_script_enabled=False)
    page.locator("#a1 .again summary", has_text="More").click()
    page.locator("#a1").get_by_role("button", name="Delete this answer").click()
    expect(page.locator("article.answer")).to_have_count(1)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("article.answer")).to_have_count(2)


def test_i3_a_thread_is_exported_and_its_html_file_reads_alone(
    served: Served, stage: Stage, opened: Opened, tmp_path: Path
) -> None:
    stage.whole()
    page = opened(stage.url)
    for item, end in (("Export as Markdown", "md"), ("Export as JSON", "json"), ("Export as one HTML file", "html")):
        with page.expect_download() as download:
            menu(page, item)
        assert download.value.suggested_filename.endswith(f".{end}")
        download.value.save_as(tmp_path / f"thread.{end}")
        page.locator(".menu summary").click()
    alone = opened((tmp_path / "thread.html").as_uri(), bypass_csp=True)
    expect(alone.locator("h1")).to_contain_text("How tall is the Eiffel Tower")
    alone.locator(".chip").first.click()
    expect(alone.locator(".source:target")).to_be_in_viewport()
    assert violations(alone) == []


def test_i4_a_thread_is_forked_from_any_turn(served: Served, stage: Stage, opened: Opened) -> None:
    stage.whole()
    stage.whole(text="And who designed it?")
    page = opened(stage.url)
    page.locator("#a1 .again summary", has_text="More").click()
    page.locator("#a1").get_by_role("button", name="Fork a thread from here").click()
    expect(page).not_to_have_url(re.compile(stage.thread_id))
    expect(page.locator("article.answer")).to_have_count(1)
    expect(page.locator("#a1 .text")).to_contain_text("330 metres")


@pytest.mark.parametrize("width", [1600, 1280, 1000, 390])
def test_i2_i5_what_a_thread_says_above_its_answers_is_in_line_with_them(
    served: Served, stage: Stage, opened: Opened, width: int
) -> None:
    stage.whole()
    stage.whole(text="And who designed it?")
    stage.whole(text="And the third?")
    page = opened(stage.url, viewport={"width": width, "height": 800})
    page.locator("#a3 .again summary", has_text="More").click()
    page.locator("#a3").get_by_role("button", name="Delete this answer").click()
    said = [page.locator("form.undo")]
    for name in ("here", "changed"):
        page.locator(f"main > .{name}").evaluate("e => { e.hidden = false; e.append('Also here: Ada'); }")
        said.append(page.locator(f"main > .{name}"))
    fresh = opened(served.url, viewport={"width": width, "height": 800})
    fresh.get_by_label("Temporary").check()
    fresh.fill("#question", "How do plants breathe?")
    fresh.press("#question", "Enter")
    said.append(fresh.locator("form.temporary"))
    edges = "e => { const r = e.getBoundingClientRect(); return [Math.round(r.left), Math.round(r.right)]; }"
    for one in said:
        assert one.evaluate(edges) == one.page.locator("#a1 .body").evaluate(edges)


def test_j3_an_empty_list_teaches_what_will_be_there(served: Served, opened: Opened) -> None:
    page = opened(f"{served.url}/threads?collection=none-yet")
    expect(page.locator(".empty")).to_be_visible()
    page = opened(f"{served.url}/collections")
    expect(page.locator("main")).to_contain_text("New collection")


def test_j4_a_collection_is_made_described_and_asked_in(served: Served, stage: Stage, opened: Opened) -> None:
    page = opened(f"{served.url}/collections")
    page.get_by_label("Sign").fill("🐋")
    page.get_by_label("Title").fill("Sea animals")
    page.get_by_role("button", name="Make it").click()
    page.get_by_label("Description").fill("What swims")
    page.get_by_label("What you want of every answer here").fill("One sentence.")
    page.get_by_label("Whoever has the link").check()
    page.get_by_role("button", name="Change").click()
    expect(page.locator("#address")).to_have_value(re.compile(r"/shared/[\w-]{24}$"))
    page.get_by_role("link", name="Back to the collection").click()
    expect(page.locator("h1")).to_contain_text("Sea animals")
    page.fill("#question", "How do plants breathe?")
    page.press("#question", "Enter")
    expect(page.locator("#a1")).to_have_attribute("data-status", "answered", timeout=20_000)
    page.go_back()
    page.reload()
    expect(page.locator(".thread-list a")).to_have_text("How do plants breathe?")


def test_j5_moving_says_what_changes_for_readers(served: Served, stage: Stage, opened: Opened) -> None:
    with served.client() as client:
        made = client.post("/collections", data={"title": "Spires"}).headers["location"].removesuffix("/settings")
        client.post(f"{made}/settings", data={"title": "Spires", "visibility": "public"})
    stage.whole()
    page = opened(stage.url)
    menu(page, "Move to a collection")
    expect(page.locator("label", has_text="Spires")).to_contain_text("so can everybody")
    page.locator("label", has_text="Spires").click()
    page.get_by_role("button", name="Move").click()
    expect(page.locator("#a1")).to_be_visible()
    page.goto(f"{served.url}{made}")
    expect(page.locator(".thread-list")).to_contain_text("How tall is the Eiffel Tower")


def test_k1_sharing_says_who_can_see_it_and_is_taken_back_at_once(served: Served, stage: Stage, opened: Opened) -> None:
    stage.whole()
    page = opened(stage.url)
    menu(page, "Share")
    expect(page.locator(".who-sees")).to_have_text("Only you can see this thread.")
    page.get_by_role("button", name="Share", exact=True).click()
    expect(page.locator(".who-sees")).to_contain_text("Whoever has the link can read this thread")
    address = page.locator("#address").input_value()
    assert opened(address).locator("h1").inner_text().startswith("How tall is the Eiffel Tower")
    page.get_by_role("button", name="Make private again").click()
    expect(page.locator(".who-sees")).to_have_text("Only you can see this thread.")
    gone = opened(address, quiet=True)
    expect(gone.locator("main")).to_contain_text("Nothing is shared at this address")


@pytest.mark.parametrize("scripts", [True, False])
def test_k3_a_shared_page_is_whole_and_can_be_continued(
    served: Served, stage: Stage, opened: Opened, *, scripts: bool
) -> None:
    stage.whole()
    with served.client() as client:
        client.post(f"/t/{stage.thread_id}/share", data={"visibility": "public"})
        found = re.search(r'value="(http[^"]+/share/[\w-]+)"', client.get(f"/t/{stage.thread_id}/share").text)
    assert found
    page = opened(found[1], java_script_enabled=scripts)
    expect(page.locator("meta[name=robots]")).to_have_count(0)
    chip = page.locator(".chip").first
    if scripts:
        chip.hover()
        expect(page.locator("#preview")).to_contain_text("330 metres tall with its aerials")
    chip.click()
    expect(page.locator(".source:target")).to_be_in_viewport()
    page.get_by_role("link", name="Continue this thread").click()
    page.get_by_role("button", name="Copy and continue").click()
    expect(page.locator("#a1 .text")).to_contain_text("330 metres")
    assert stage.thread_id not in page.url


def test_p1_axe_finds_nothing_on_the_pages_around_a_thread_nor_do_they_scroll_sideways(
    served: Served, stage: Stage, opened: Opened
) -> None:
    stage.whole()
    with served.client() as client:
        made = client.post("/collections", data={"title": "Towers", "emoji": "🗼"}).headers["location"]
        client.post(made, data={"title": "Towers " * 9, "visibility": "link", "description": "Tall " * 40})
        client.post(f"/t/{stage.thread_id}/move", data={"collection": made.split("/")[2]})
        client.post(f"/t/{stage.thread_id}/share", data={"visibility": "link"})
        pages = [client.get(path).text for path in (f"/t/{stage.thread_id}/share", made)]
        client.post(f"/t/{Stage(served).whole().thread_id}/delete")
    share, opened_at = (re.search(r'value="(http[^"]+/shared?/[\w-]+)"', html) for html in pages)
    assert share
    assert opened_at
    page = opened(served.url, bypass_csp=True, **{**PHONE, "viewport": {"width": 320, "height": 640}})
    for path in (
        f"/t/{stage.thread_id}/share",
        f"/t/{stage.thread_id}/move",
        "/bin",
        "/collections",
        made,
        made.removesuffix("/settings"),
        share[1],
        opened_at[1],
        f"{opened_at[1]}/{stage.thread_id}",
        share[1].replace("/share/", "/continue/"),
    ):
        page.goto(path if path.startswith("http") else served.url + path)
        assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0, path
        assert violations(page) == [], path


def test_m3_no_list_scrolls_sideways_for_a_word_or_an_address_without_an_end(
    served: Served, stage: Stage, opened: Opened
) -> None:
    unbroken(stage)
    with served.client() as client:
        made = client.post("/collections", data={"title": WORD[:64], "emoji": "🗼"}).headers["location"]
        client.post(made, data={"title": WORD[:64], "visibility": "link", "description": ADDRESS})
        shared = re.search(r'value="(http[^"]+/shared/[\w-]+)"', client.get(made).text)
        client.post(f"/t/{stage.thread_id}/rename", data={"title": ADDRESS[:200]})
        client.post(f"/t/{stage.thread_id}/move", data={"collection": made.split("/")[2]})
        client.post(f"/t/{stage.thread_id}/share", data={"visibility": "link"})
        share = re.search(r'value="(http[^"]+/share/[\w-]+)"', client.get(f"/t/{stage.thread_id}/share").text)
        binned = Stage(served)
        unbroken(binned)
        client.post(f"/t/{binned.thread_id}/delete")
        listed = Stage(served)
        unbroken(listed)
    assert share
    assert shared
    page = opened(served.url, **PHONE)
    for path in (
        "/threads",
        f"/threads?q={WORD}",
        "/bin",
        "/collections",
        made,
        made.removesuffix("/settings"),
        f"/t/{stage.thread_id}/move",
        f"/t/{stage.thread_id}/share",
        f"/s/{stage.answer_id}/1",
        shared[1],
        f"{shared[1]}/{stage.thread_id}",
        share[1],
        share[1].replace("/share/", "/continue/"),
        "/settings",
    ):
        page.goto(path if path.startswith("http") else served.url + path)
        assert page.evaluate("() => document.documentElement.scrollWidth - 390") <= 0, path


def test_j2_what_is_picked_has_its_date_on_its_line(stage: Stage, opened: Opened, served: Served) -> None:
    stage.whole()
    page = opened(f"{served.url}/threads?select=1")
    row = page.locator(".thread-list li").first
    tops = [row.locator(css).evaluate("e => e.getBoundingClientRect().top") for css in ("a", ".meta")]
    assert abs(tops[0] - tops[1]) < 16
