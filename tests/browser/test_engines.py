"""The page in Firefox and in WebKit: what people do most, against a real server (``make test-browsers``).

Chromium runs the whole list of rows; here is what depends on the engine: streams, popovers, focus, keys, style, and a
page without scripts. Browsers are installed by ``scripts/setup browsers``; who has none is told so.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.browser.engines import ENGINES, Window, missing
from tests.browser.stage import COUNTRIES, FAITHFUL, MONTHS, Stage
from tests.web.conftest import Served

pytestmark = pytest.mark.engines

QUESTION = "Why doesn't honey spoil?"
DARK, LIGHT = "rgb(22, 24, 27)", "rgb(251, 250, 247)"
BACKGROUND = "return getComputedStyle(document.body).backgroundColor"
FOCUSED = "return document.activeElement.id"
ANSWERED = "return document.querySelector('.answer:last-of-type').dataset.status === 'answered'"
TEXT = "return document.querySelector('.answer:last-of-type .text').textContent"
OPEN = "return document.querySelector(arguments[0]).matches(':popover-open, [open]')"
SHUT = "return !document.querySelector(arguments[0]).matches(':popover-open, [open]')"


def opened(request: pytest.FixtureRequest, folder: Path, **how: bool) -> Iterator[Window]:
    name: str = request.param
    if lacks := missing(name):
        reason = f"needs {', '.join(lacks)} for {name} (scripts/setup browsers)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with ENGINES[name](folder / name, **how) as window:
        yield window


@pytest.fixture(scope="module", params=ENGINES)
def window(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:
    yield from opened(request, tmp_path_factory.mktemp("engine"))


@pytest.fixture(params=ENGINES)
def plain(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Window]:
    """A window whose person allows no scripts and whose system is dark."""
    yield from opened(request, tmp_path, scripts=False, dark=True)


@pytest.fixture(autouse=True)
def wide(request: pytest.FixtureRequest) -> None:
    if "window" in request.fixturenames:
        request.getfixturevalue("window").resize(1280, 800)


def test_without_scripts_a_question_is_asked_and_its_answer_comes(plain: Window, served: Served) -> None:
    plain.go(served.url)
    assert plain.run(BACKGROUND) == DARK
    plain.type("#question", QUESTION)
    plain.click(".send")
    plain.until("return location.pathname.startsWith('/t/')")
    plain.until(ANSWERED)
    assert "honey" in plain.run(TEXT).lower()
    plain.click(".text .chip")
    assert plain.run("return document.querySelector('.source:target') !== null")


def test_a_question_is_typed_sent_by_enter_and_answered(window: Window, served: Served) -> None:
    window.go(served.url)
    assert window.until(FOCUSED) == "question"
    window.press(*QUESTION, "Enter")
    window.until("return location.pathname.startsWith('/t/')")
    window.until(ANSWERED)
    assert "honey" in window.run(TEXT).lower()
    assert window.run(FOCUSED) == "a1-q"


def test_enter_of_an_input_method_sends_nothing(window: Window, served: Served) -> None:
    window.go(served.url)
    window.type("#question", "ni hao")
    for init in ({"isComposing": True}, {"keyCode": 229}):
        taken = window.run(
            "const [init] = arguments; const event = new KeyboardEvent('keydown', "
            "{key: 'Enter', bubbles: true, cancelable: true, ...init});"
            "return !document.getElementById('question').dispatchEvent(event)",
            init,
        )
        assert not taken
    assert window.run("return location.pathname") == "/"


def test_an_answer_streams_and_ends_as_the_reloaded_page(window: Window, stage: Stage) -> None:
    stage.begin()
    window.go(stage.url)
    window.run("window.same = true")
    stage.found()
    window.until("return document.querySelectorAll('.source').length === 6")
    for piece, shown in (
        ("The tower ", "The tower"),
        ("is **330 metres** tall 😀, ", "330 metres tall 😀"),
        ("而且", "而且"),
    ):
        stage.write(piece)
        window.until("return document.querySelector('.text').textContent.includes(arguments[0])", shown)
    stage.write(" it stands in Paris.\n\n")
    stage.tell(())
    stage.end()
    window.until(ANSWERED)
    assert window.run("return window.same") is True
    inside = "return document.querySelector('.text').innerHTML.replace(/\\s+/g, ' ')"
    streamed = window.run(inside)
    assert "<strong>330 metres</strong>" in streamed
    window.go(stage.url)
    assert window.run(inside) == streamed


def test_a_number_shows_its_passage_on_hover_and_on_focus_and_escape_closes_it(window: Window, stage: Stage) -> None:
    stage.whole(FAITHFUL)
    window.go(stage.url)
    window.hover(".text .chip")
    window.until(OPEN, "#preview")
    assert "330 metres tall with its aerials" in window.run(
        "return document.querySelector('#preview mark').textContent"
    )
    box = "const b = document.querySelector('#preview').getBoundingClientRect();"
    assert window.run(f"{box} return b.left >= 0 && b.right <= innerWidth && b.height > 40")
    window.press("Escape")
    window.until(SHUT, "#preview")
    window.run("document.querySelector('.text .chip').focus()")
    window.press("Shift+Tab", "Tab")
    window.until(OPEN, "#preview")
    window.press("Escape")
    window.until(SHUT, "#preview")


def test_a_file_is_dropped_asked_and_opened_at_the_mark(window: Window, served: Served) -> None:
    window.go(served.url)
    window.until("return document.querySelector('button.attach') !== null")
    window.run(
        "const data = new DataTransfer(); data.items.add(new File([arguments[0]], 'lease.txt'));"
        "document.body.dispatchEvent(new DragEvent('drop', {bubbles: true, cancelable: true, dataTransfer: data}))",
        "The deposit for the flat is 2400 euros. " + "It is due in May. " * 40,
    )
    window.until("return document.querySelector('.attached .ready') !== null")
    window.type("#question", "How much is the deposit for the flat?")
    window.click(".send")
    window.until("return location.pathname.startsWith('/t/')")
    window.until(ANSWERED)
    assert "2400" in window.run(TEXT)
    window.click(".quotes summary")
    window.run("[...document.querySelectorAll('.quote-links a')].find(a => a.href.includes('/f/')).click()")
    window.until("return location.pathname.startsWith('/f/')")
    mark = (
        "const m = document.querySelector('mark').getBoundingClientRect(); return m.top >= 0 && m.bottom <= innerHeight"
    )
    window.until(mark)
    assert "2400 euros" in window.run("return document.querySelector('mark').textContent")


@pytest.mark.parametrize("width", [1280, 390])
def test_rows_are_sorted_and_drawn_to_the_width_there_is(window: Window, stage: Stage, width: int) -> None:
    stage.tabled(COUNTRIES, MONTHS)
    window.resize(width, 760)
    window.go(stage.url)
    window.until("return document.querySelectorAll('.sort').length === 7")
    window.click("#a1-t1 th:last-child .sort")
    first = "return document.querySelector('#a1-t1 tbody').rows[0].textContent"
    window.until(f"{first} === arguments[0]", "Åland12")
    bars = "const b = [...document.querySelectorAll('.bar rect')].map(r => r.getBoundingClientRect().width);"
    assert window.run(f"{bars} return b.length") == 4
    assert window.run(f"{bars} return b[1] / b[0]") == pytest.approx(5312 / 12431, abs=0.01)
    drawing = "const d = document.querySelector('svg.line').getBoundingClientRect();"
    line = "const l = document.querySelector('.line polyline').getBoundingClientRect();"
    assert window.run(f"{drawing}{line} return l.left >= d.left && l.right <= d.right && l.width > d.width / 2")
    assert window.run("const e = document.documentElement; return e.scrollWidth - e.clientWidth") == 0


def test_threads_are_found_renamed_deleted_and_brought_back(window: Window, served: Served, stage: Stage) -> None:
    stage.whole(text="What does an okapi weigh?")
    window.go(f"{served.url}/threads?q=okapi")
    window.click(f".thread-list a[href$='{stage.thread_id}']")
    window.until("return document.querySelector('.rename summary') !== null")
    window.click(".rename summary")
    window.until("return document.activeElement.name === 'title'")
    window.press(*"Okapis", "Enter")
    window.until("return document.title === 'Okapis · pincite'")
    window.click(".menu summary")
    window.click(".menu-items form button")
    window.until("return document.querySelector('.undo') !== null")
    window.click(".undo button")
    window.until("return location.pathname === arguments[0]", f"/t/{stage.thread_id}")


def test_colours_are_the_systems_until_others_are_chosen(window: Window, served: Served) -> None:
    window.go(f"{served.url}/settings")
    assert window.run(BACKGROUND) == LIGHT
    for value, colour in (("dark", DARK), ("", LIGHT)):
        window.click(f"[name=theme][value='{value}']")
        window.click(".settings .send")
        window.until(f"{BACKGROUND} === arguments[0]", colour)


@pytest.mark.parametrize("width", [390, 320])
def test_nothing_scrolls_sideways_on_a_phone(window: Window, served: Served, stage: Stage, width: int) -> None:
    stage.whole()
    window.resize(width, 760)
    for path in ("/", f"/t/{stage.thread_id}", "/threads", "/files", "/settings", "/models", "/collections"):
        window.go(f"{served.url}{path}")
        assert window.run("return innerWidth") == width
        sideways = "const e = document.documentElement; return e.scrollWidth - e.clientWidth"
        assert window.run(sideways) == 0, path
    window.go(served.url)
    window.click(".places > summary")
    box = "const b = document.querySelector('.places fieldset').getBoundingClientRect();"
    assert window.run(f"{box} return b.left >= 0 && b.right <= innerWidth")


def test_keys_lead_through_the_page(window: Window, stage: Stage, served: Served) -> None:
    stage.whole(text="What does a quokka eat?")
    stage.whole(text="And where does it live?")
    window.go(stage.url)
    window.until("return document.body.dataset.send !== undefined")
    window.press("j")
    assert window.until(FOCUSED) == "a2-q"
    window.press("k")
    window.until(f"{FOCUSED} === 'a1-q'")
    window.press("?")
    window.until(OPEN, "#sheet")
    window.press("Escape")
    window.until(SHUT, "#sheet")
    window.press("/", *"x")
    assert window.run("return document.getElementById('question').value") == "x"
    window.press("Control+k", *"quokka")
    window.until("return document.querySelector('#palette li')?.textContent.includes('quokka')")
    window.run("window.before = true")
    window.press("Enter")
    window.until("return !window.before && document.readyState === 'complete'")
    window.press("Tab")
    style = "const s = getComputedStyle(document.activeElement);"
    assert window.run(f"{style} return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth)") >= 2
    assert window.run("return document.activeElement.className") == "skip"
