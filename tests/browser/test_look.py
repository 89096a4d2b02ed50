"""Look, phones and assistive technology, row by row of the acceptance list (M, N, P)."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.browser.conftest import Opened
from tests.browser.stage import CARD, DOUBTFUL, FAITHFUL, SOURCES, UNREACHABLE, Stage, finish, source
from tests.web.conftest import Served

from pincite.events import Carded, Sourced, Stepped, Suggested
from pincite.types import Actor, Filters, Status, Verdict

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE = {"viewport": {"width": 390, "height": 760}, "is_mobile": True, "has_touch": True}
WORD = "Pneumonoultramicroscopicsilicovolcanoconiosis" * 3
ADDRESS = f"https://example.org/{'a' * 120}?b={'c' * 60}"
LONG = (
    "\n\n## A table and code\n\n| Structure | Height in metres | Year of completion | Architect in charge |\n"
    "|---|--:|--:|---|\n| Eiffel Tower | 330 | 1889 | Gustave Eiffel |\n\n```python\nprint('a long line of code' * 20)"
    "  # and a comment that goes on and on and on\n```\n\nhttps://example.org/" + "averylongwordwithoutanybreak" * 6
)


def searching(stage: Stage) -> None:
    stage.begin()


def sourced(stage: Stage) -> None:
    stage.begin()
    stage.found()
    stage.put(Carded(card=CARD))


def streaming(stage: Stage) -> None:
    sourced(stage)
    stage.tell(FAITHFUL[:3])
    stage.write(" And then")


def done(stage: Stage) -> None:
    stage.whole()
    stage.whole(text="And who designed it?")


def doubtful(stage: Stage) -> None:
    stage.whole((*DOUBTFUL, (LONG, (), Verdict.EXEMPT)))


def stopped(stage: Stage) -> None:
    stage.whole(FAITHFUL[:2], Status.STOPPED)


def failed(stage: Stage) -> None:
    stage.whole(FAITHFUL[:2], Status.FAILED)


def degraded(stage: Stage) -> None:
    sourced(stage)
    stage.tell()
    stage.end(Status.ANSWERED, UNREACHABLE)


def left_out(stage: Stage) -> None:
    """A version without two sources, and a question of somebody else."""
    stage.whole()
    without = Filters(exclude_documents=("d7", "d8"))
    stage.begin(filters=without, replaces=stage.answer_id)
    stage.found()
    stage.tell()
    stage.end()
    stage.begin("And who designed it?", asker=Actor(id="ada", kind="person", name="Ada"))
    stage.found()


def chinese(stage: Stage) -> None:
    said = (
        ("**埃菲尔铁塔**高330米。", FAITHFUL[0][1], Verdict.SUPPORTED),
        ("它建于1889年。", FAITHFUL[1][1], Verdict.SUPPORTED),
    )
    stage.whole(said, text="埃菲尔铁塔有多高？")


def unbroken(stage: Stage) -> None:
    """Words, addresses, a formula and a question without an end."""
    formula = f"\\[ x = {' + '.join(f'a_{{{n}}}' for n in range(60))} \\]"
    said = (f"Both {WORD} and `{WORD}`, [{ADDRESS}]({ADDRESS}).", FAITHFUL[0][1], Verdict.SUPPORTED)
    rest = (
        f"\n\n- {WORD}\n\n> {ADDRESS}\n\n## {WORD}\n\n{formula}\n\n```\n{ADDRESS}\n```",
        FAITHFUL[1][1],
        Verdict.SUPPORTED,
    )
    stage.begin(WORD)
    named = source(1, WORD, ADDRESS, f"{WORD} {ADDRESS} {SOURCES[0].passages[0].text}")
    stage.put(Stepped(step="gather", detail=f"{WORD} {ADDRESS}", ms=31.0), Sourced(sources=(named, *SOURCES[1:])))
    stage.tell((said, rest))
    stage.put(Suggested(follow_ups=(WORD, ADDRESS)), finish())
    stage.whole((said, rest), text=f"{ADDRESS} {WORD} " * 8)


STATES: dict[str, Callable[[Stage], None]] = {
    made.__name__: made
    for made in (searching, sourced, streaming, done, doubtful, stopped, failed, degraded, left_out, chinese, unbroken)
}
PAGES = {
    "home": "/",
    "threads": "/threads",
    "nothing found": "/threads?q=nothingmatchesthis",
    "models": "/models",
    "settings": "/settings",
    "offline": "/offline",
    "login": "/login",
    "not found": "/t/unknown",
}


def violations(page: Page) -> list[str]:
    """What axe finds, in both themes."""
    page.evaluate(AXE.read_text(encoding="utf-8") + ";0")
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        result = page.evaluate(
            "async tags => (await axe.run(document, {runOnly: {type: 'tag', values: tags}}))"
            ".violations.map(v => `${v.id}: ${v.nodes.map(n => n.html.slice(0, 160)).join(' | ')}`)",
            TAGS,
        )
        found += [f"{scheme} {line}" for line in result]
    return found


@pytest.mark.parametrize("name", PAGES)
def test_p1_axe_finds_nothing_on_any_page(served: Served, opened: Opened, name: str) -> None:
    assert violations(opened(served.url + PAGES[name], bypass_csp=True, quiet=name == "not found")) == []


@pytest.mark.parametrize("name", STATES)
def test_p1_axe_finds_nothing_in_any_state(stage: Stage, opened: Opened, name: str) -> None:
    STATES[name](stage)
    page = opened(stage.url, bypass_csp=True)
    if name == "doubtful":
        page.locator(".text .chip").first.focus()
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Tab")
        expect(page.locator("#preview")).to_be_visible()
        page.locator("#a1-s1 .quotes summary").click()
        page.locator(".details summary").click()
    if name == "left_out":
        expect(page.locator(".left-out")).to_be_visible()
        page.locator("#a1").get_by_role("link", name="Edit question").click()
        page.locator("#a1-s1").hover()
    if name != "doubtful":  # at its end nothing lies below the box for the next question
        page.evaluate("scrollTo(0, document.body.scrollHeight);0")
    assert violations(page) == []


def test_p1_axe_finds_nothing_in_the_reader_and_in_an_open_picker(served: Served, stage: Stage, opened: Opened) -> None:
    stage.whole()
    assert violations(opened(f"{served.url}/s/{stage.answer_id}/1?p=p1&q=0-20", bypass_csp=True)) == []
    page = opened(served.url, bypass_csp=True)
    page.click(".writers summary")
    assert violations(page) == []


def test_p2_the_text_is_not_a_live_region_but_one_status_says_what_happens(stage: Stage, opened: Opened) -> None:
    stage.begin()
    page = opened(stage.url)
    status = page.get_by_role("status")
    expect(status).to_have_text("Searching")
    stage.found()
    expect(status).to_have_text("6 sources")
    stage.tell()
    stage.end()
    words = sum(len(text.split()) for text, _, _ in FAITHFUL)
    expect(status).to_have_text(f"Answer ready, {words} words, 6 sources")
    assert page.locator(".answer [aria-live]").count() == 0


def test_p4_the_reading_order_is_answer_then_sources(stage: Stage, opened: Opened) -> None:
    stage.whole()
    page = opened(stage.url)
    order = page.locator(".answer > *").evaluate_all("all => all.map(e => e.className || e.dataset.slot)")
    assert order.index("body") < order.index("sources-part") < order.index("followups")
    assert page.locator("h1").count() == 1


def test_m1_a_chosen_theme_is_there_from_the_first_byte(served: Served, opened: Opened) -> None:
    page = opened(f"{served.url}/settings", color_scheme="light")
    background = "() => getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(background) == "rgb(251, 250, 247)"
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(background) == "rgb(22, 24, 27)"
    page.emulate_media(color_scheme="light")
    page.check("[name=theme][value=dark]")
    with page.expect_navigation():  # looked at in between, the page has no body
        page.click(".settings .send")
    assert page.evaluate(background) == "rgb(22, 24, 27)"
    assert 'data-theme="dark"' in page.content()


def test_m1_forced_colours_keep_every_control_visible(stage: Stage, opened: Opened) -> None:
    doubtful(stage)
    page = opened(stage.url, forced_colors="active", bypass_csp=True)
    for css in (".chip", ".send", ".ask"):
        assert page.locator(css).first.evaluate("e => getComputedStyle(e).borderTopWidth") != "0px"


def test_m2_reduced_motion_ends_all_motion(stage: Stage, opened: Opened) -> None:
    searching(stage)
    page = opened(stage.url, reduced_motion="reduce")
    expect(page.locator(".state")).to_be_visible()
    # Found and asked in one go: the page draws this line anew while the answer runs.
    motion = "() => getComputedStyle(document.querySelector('.state'), '::before').animationName"
    assert page.evaluate(motion) == "none"


@pytest.mark.parametrize("name", ["doubtful", "streaming", "failed", "left_out", "chinese"])
def test_m3_nothing_scrolls_sideways_at_320_pixels_and_with_spaced_text(
    stage: Stage, opened: Opened, name: str
) -> None:
    STATES[name](stage)
    page = opened(stage.url, viewport={"width": 320, "height": 700}, bypass_csp=True)
    wide = "() => document.documentElement.scrollWidth"
    assert page.evaluate(wide) == 320
    page.add_style_tag(
        content="*{line-height:1.5 !important;letter-spacing:.12em !important;word-spacing:.16em !important}"
        "p{margin-bottom:2em !important}"
    )
    assert page.evaluate(wide) == 320


@pytest.mark.parametrize("path", PAGES.values())
def test_m3_no_page_scrolls_sideways_at_320_pixels(served: Served, opened: Opened, path: str) -> None:
    page = opened(served.url + path, viewport={"width": 320, "height": 700}, quiet=True)
    assert page.evaluate("() => document.documentElement.scrollWidth") == 320


def test_n1_targets_are_large_enough_for_fingers(stage: Stage, opened: Opened) -> None:
    doubtful(stage)
    page = opened(stage.url, **PHONE)
    small = page.evaluate(
        """() => [...document.querySelectorAll('a, button, summary, textarea, select, input:not([type=hidden])')]
             .filter(e => e.checkVisibility() && !e.closest('p, li .code, .quote-links') || e.matches('.chip'))
             .filter(e => !e.matches('.skip'))
             .map(e => [e.className || e.tagName, e.textContent.trim().slice(0, 20), e.getBoundingClientRect()])
             .filter(([, , r]) => r.width < 24 || r.height < 24)
             .map(([c, t, r]) => `${c} ${t}: ${r.width}x${r.height}`)"""
    )
    assert small == []
    for css in (".send", ".actions .quiet"):
        box = page.locator(css).first.bounding_box()
        assert box
        assert box["height"] >= 44


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_b8_a_button_stays_where_it_is_when_it_opens(stage: Stage, opened: Opened, width: int) -> None:
    stage.whole()
    page = opened(stage.url, viewport={"width": width, "height": 760}, bypass_csp=True)
    row = page.locator("#a1 .actions > *, #a1 .actions summary")
    places = row.evaluate_all("all => all.map(e => [e.offsetLeft, e.offsetTop])")
    for name, form in (("Ask again", "retry"), ("More", "fork")):
        button = page.locator("#a1 .again summary", has_text=name)
        button.scroll_into_view_if_needed()
        box = button.bounding_box()
        assert box
        middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.mouse.click(*middle)
        opens = page.locator(f"#a1 .actions form[action$={form}]")
        expect(opens).to_be_visible()
        assert button.bounding_box() == box
        below = page.locator("#a1 .actions").bounding_box()
        shown = opens.bounding_box()
        assert below
        assert shown
        assert shown["width"] == pytest.approx(below["width"])
        assert violations(page) == []
        page.mouse.click(*middle)
        expect(opens).to_be_hidden()
        expect(page.locator(".editing")).to_be_hidden()
    assert row.evaluate_all("all => all.map(e => [e.offsetLeft, e.offsetTop])") == places


def test_n2_sources_in_short_are_a_row_that_scrolls(stage: Stage, opened: Opened) -> None:
    done(stage)
    page = opened(stage.url, **PHONE)
    strip = page.locator(".strip").first
    assert strip.evaluate("e => e.scrollWidth > e.clientWidth && e.clientHeight < 48")


def test_n3_the_back_button_leaves_a_source_and_not_the_answer(stage: Stage, opened: Opened) -> None:
    done(stage)
    page = opened(stage.url, **PHONE)
    page.locator("#a1 .strip a").nth(2).tap()
    expect(page.locator("#a1-s3")).to_be_in_viewport()
    page.go_back()
    expect(page.locator("#a1 h1")).to_be_in_viewport()


def back(page: Page, opened: Locator) -> None:
    """A page is told that something was opened some moments after that is seen; till then the key is nobody's."""
    until = time.monotonic() + 30
    while opened.is_visible():
        assert time.monotonic() < until
        page.keyboard.press("Escape")
        page.wait_for_timeout(50)


def test_n3_the_back_button_closes_what_was_opened_the_last_first(stage: Stage, opened: Opened) -> None:
    """A desktop has no such button; there Escape asks the same of a page that does not take the key itself."""
    done(stage)
    page = opened(stage.url, **PHONE)
    page.evaluate("() => addEventListener('keydown', (event) => event.stopImmediatePropagation(), {capture: true})")
    page.focus("#question")
    page.locator(".places > summary").tap()
    places = page.get_by_role("group", name="Where to look")
    expect(places).to_be_visible()
    back(page, places)
    page.locator("#a1 .chip").first.tap()
    expect(page.locator("#preview")).to_be_visible()
    back(page, page.locator("#preview"))
    page.locator("#a1 .chip").nth(1).tap()
    expect(page.locator("#preview")).to_be_visible()  # it was told, and knows that it is closed
    assert page.url.partition("#")[0] == stage.url


def test_r1_print_shows_the_answer_and_no_chrome(stage: Stage, opened: Opened) -> None:
    done(stage)
    page = opened(stage.url)
    page.emulate_media(media="print")
    for css in (".dock", ".site", ".actions"):
        expect(page.locator(css).first).to_be_hidden()
    expect(page.locator(".source").nth(5)).to_be_visible()
    shown = page.locator(".source-title").first.evaluate("e => getComputedStyle(e, '::after').content")
    assert "https://en.wikipedia.org/wiki/Eiffel_Tower" in shown


def test_r1_print_cuts_off_no_code_and_no_table(stage: Stage, opened: Opened) -> None:
    stage.whole(((LONG, (), Verdict.EXEMPT),))
    page = opened(stage.url, viewport={"width": 700, "height": 900})
    page.emulate_media(media="print")
    for css in (".code pre", ".text .table"):
        assert page.locator(css).evaluate("e => e.scrollWidth <= e.clientWidth"), css


def test_a_follow_up_is_typed_across_the_whole_box_and_its_controls_keep_their_places(
    stage: Stage, opened: Opened
) -> None:
    stage.whole()
    page = opened(stage.url)
    menu = page.locator(".picker.places > summary")
    before = menu.bounding_box()
    page.click("#question")
    page.keyboard.type("How does its height compare with that of other towers of the same age, and who built those?")
    assert page.evaluate("() => question.offsetWidth > .9 * question.form.offsetWidth")
    assert menu.bounding_box() == before
    menu.click()
    expect(page.locator(".picker.places")).to_have_attribute("open", "")


def test_what_belongs_to_a_line_stands_on_it(stage: Stage, opened: Opened, served: Served) -> None:
    stage.whole()
    for options in ({}, PHONE):
        page = opened(stage.url, **options)
        tops = page.evaluate(
            "() => ['.looked', '.details'].map(css => document.querySelector(css).getBoundingClientRect().top)"
        )
        assert tops[0] == pytest.approx(tops[1], abs=1)
    page.goto(f"{served.url}/settings")
    left, bullet = page.evaluate(
        "() => ['.column h1', '.goes li'].map(css => document.querySelector(css).getBoundingClientRect().left)"
    )
    assert bullet - left >= 16  # its bullet stands in the column, not in the margin


def test_n2_a_cell_of_many_words_does_not_become_a_tower_on_a_phone(stage: Stage, opened: Opened) -> None:
    remark = "with its aerials, which have been changed several times since they were built"
    head = "| Feature | Eiffel Tower | Chrysler Building | Remarks |\n|---|--:|--:|---|\n"
    rows = f"{head}| Height | 330 | 319 | {remark} |"
    stage.whole(((rows, (), Verdict.EXEMPT),))
    page = opened(stage.url, **PHONE)
    assert page.locator(".text tbody tr").evaluate("e => e.offsetHeight") < 200
    assert page.locator(".text .table").evaluate("e => e.scrollWidth > e.clientWidth")


def test_what_is_being_done_is_told_in_one_line(stage: Stage, opened: Opened) -> None:
    stage.begin(model="box:a-model-with-a-long-name-480b-instruct")
    stage.found()
    page = opened(stage.url, **PHONE)
    expect(page.locator(".state")).to_contain_text("waiting for")
    expect(page.locator(".elapsed")).to_have_text("1 s")
    assert page.locator(".state").evaluate("e => e.offsetHeight") <= 34
    assert page.locator(".elapsed").evaluate("e => e.getBoundingClientRect().right") < 390
