"""The streaming answer, row by row of the acceptance list (B)."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Opened
from tests.browser.stage import (
    CARD,
    DOUBTFUL,
    FAIR,
    FAITHFUL,
    FOLLOW_UPS,
    HEIGHT,
    UNREACHABLE,
    Said,
    Stage,
    cite,
    finish,
    telling,
)
from tests.web.conftest import Served

from pincite.events import Carded, Cited, Stepped, Suggested
from pincite.types import Degradation, Sentence, Status, Verdict

SHIFTS = """
window.shifts = [];
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) {
    const moved = entry.sources.map(source => source.node && (source.node.className || source.node.nodeName));
    if (!entry.hadRecentInput) window.shifts.push([entry.value, ...moved].join(' '));
  }
}).observe({type: 'layout-shift', buffered: true});
"""


CODED: tuple[Said, ...] = (
    ("Count with it:", (), Verdict.EXEMPT),
    ("\n\n```python\nfor i in range(3):\n    print(a[1])  # Done. Or not.\n```", (), Verdict.EXEMPT),
    ("\n\nThe tower is `a[1]` metres tall.", (HEIGHT,), Verdict.SUPPORTED),
    ("\n\n1. Install it:\n   ~~~sh\n   pip install x\n     --more\n   ~~~", (FAIR,), Verdict.SUPPORTED),
    ("\n2. Then stop.", (FAIR,), Verdict.SUPPORTED),
    ("\n\n~~~\nno language\n~~~", (HEIGHT,), Verdict.SUPPORTED),
    ("\n\n```js\nconst a = 1;", (), Verdict.UNCITED),
    ("\n  return a;", (), Verdict.UNCITED),
)
CODE = [
    "for i in range(3):\n    print(a[1])  # Done. Or not.\n",
    "pip install x\n  --more\n",
    "no language\n",
    "const a = 1;\n  return a;",
]


def drawn(page: Page) -> str:
    """The answer's HTML, blanks between and in tags evened out."""
    html = page.locator(".answer").last.evaluate("e => e.outerHTML")
    return re.sub(r"\s+", " ", html)


def shifted(page: Page) -> float:
    """How far the page shifted in all, and by what where that is too much."""
    shifts: list[str] = page.evaluate("() => window.shifts")
    print("shifts:", *shifts, sep="\n")
    return sum(float(shift.split(" ")[0]) for shift in shifts)


def test_b1_the_question_is_there_at_once_and_sources_come_before_the_text(stage: Stage, opened: Opened) -> None:
    stage.begin()
    page = opened(stage.url)
    expect(page.locator("h1")).to_have_text("How tall is the Eiffel Tower, and why was it built?")
    expect(page.locator(".answer")).to_have_attribute("aria-busy", "true")
    expect(page.locator(".state")).to_contain_text("Searching")
    stage.found()
    expect(page.locator(".source")).to_have_count(6)
    expect(page.locator(".tail")).to_be_empty()
    stage.put(Carded(card=CARD))
    expect(page.locator(".card .value")).to_have_text("330 metres")
    expect(page.locator(".text")).to_have_text("")
    stage.write("The tower")
    expect(page.locator(".text")).to_contain_text("The tower")
    stage.end()
    expect(page.locator(".answer")).not_to_have_attribute("aria-busy", "true")


def test_b2_text_arrives_without_shifting_what_is_read(stage: Stage, opened: Opened) -> None:
    stage.begin()
    stage.found()
    page = opened(stage.url)
    expect(page.locator(".source")).to_have_count(6)
    page.evaluate(f"() => {{ {SHIFTS} }}")
    for event in telling(DOUBTFUL, piece=8):
        stage.put(event)
    stage.end()
    expect(page.locator(".answer")).to_have_attribute("data-status", "answered")
    page.wait_for_timeout(200)
    assert shifted(page) <= 0.02


def test_b2_a_phone_does_not_shift_either(stage: Stage, opened: Opened) -> None:
    stage.begin()
    stage.found()
    page = opened(stage.url, viewport={"width": 390, "height": 760}, is_mobile=True, has_touch=True)
    expect(page.locator(".strip a").first).to_be_visible()
    page.evaluate(f"() => {{ {SHIFTS} }}")
    for event in telling(FAITHFUL, piece=8):
        stage.put(event)
    stage.end()
    expect(page.locator(".answer")).to_have_attribute("data-status", "answered")
    page.wait_for_timeout(200)
    assert shifted(page) <= 0.02


def test_b3_the_streamed_page_is_the_reloaded_page(stage: Stage, opened: Opened) -> None:
    stage.begin()
    page = opened(stage.url)
    stage.found()
    stage.put(Carded(card=CARD))
    said = (
        *DOUBTFUL,
        (
            "\n\n## 结果 🗼\n\n他说**“很高。”**是的。\n\n```py\nx = '🗼'\n```\n\n| a | b |\n|---|--:|\n| 1 | 2 |",
            (),
            Verdict.EXEMPT,
        ),
    )
    for event in telling(said, piece=7):
        stage.put(event)
    first = next(e for e in telling(DOUBTFUL) if isinstance(e, Cited)).sentence
    stage.put(Cited(sentence=first.model_copy(update={"verdict": Verdict.PARTIAL})))
    stage.end()
    expect(page.locator(".answer")).to_have_attribute("data-status", "answered")
    page.wait_for_timeout(100)
    streamed = drawn(page)
    page.reload()
    expect(page.locator(".all-sources")).to_be_visible()
    assert drawn(page) == streamed
    assert "🗼" in streamed


def test_b4_the_page_follows_only_a_reader_at_its_end(stage: Stage, opened: Opened) -> None:
    stage.begin()
    stage.found()
    page = opened(stage.url, viewport={"width": 1000, "height": 500})
    for i in range(30):
        stage.write(f"Paragraph {i} is here to be read by someone.\n\n")
    expect(page.locator(".text")).to_contain_text("Paragraph 28")
    at_end = """() => document.querySelector('.text').getBoundingClientRect().bottom
        <= document.querySelector('.dock').getBoundingClientRect().top + 64"""
    page.wait_for_timeout(100)
    assert page.evaluate(at_end)
    page.mouse.wheel(0, -600)
    page.wait_for_timeout(150)
    where = page.evaluate("() => scrollY")
    for i in range(30, 60):
        stage.write(f"Paragraph {i} is here to be read by someone.\n\n")
    expect(page.locator(".text")).to_contain_text("Paragraph 58")
    assert page.evaluate("() => scrollY") == where
    page.click(".newest")
    page.wait_for_timeout(100)
    assert page.evaluate(at_end)
    expect(page.locator(".newest")).to_be_hidden()
    stage.end()


def test_b4_the_question_stays_in_sight_while_the_text_has_room(stage: Stage, opened: Opened) -> None:
    stage.begin()
    stage.found()
    page = opened(f"{stage.url}#a1", viewport={"width": 1280, "height": 720})
    for i in range(4):
        stage.write(f"Paragraph {i} is here to be read by someone.\n\n")
    expect(page.locator(".text")).to_contain_text("Paragraph 3")
    page.wait_for_timeout(100)
    assert page.evaluate("() => scrollY") == 0
    stage.end()


def test_b4_what_is_whole_at_once_is_read_from_its_question(stage: Stage, opened: Opened) -> None:
    stage.begin()
    stage.found()
    page = opened(stage.url, viewport={"width": 390, "height": 600})
    for i in range(30):
        stage.write(f"Paragraph {i} is here to be read by someone.\n\n")
    page.wait_for_function("() => scrollY > 0")  # it was followed to its end so far
    stage.end()
    expect(page.locator("article.answer")).to_have_attribute("data-status", "answered")
    expect(page.locator("#a1 .question")).to_be_in_viewport()
    assert page.evaluate("() => scrollY") == 0


def test_b4_a_selection_survives_in_settled_text_and_in_text_that_grows(stage: Stage, opened: Opened) -> None:
    selected = "() => getSelection().toString().trim()"
    stage.begin()
    stage.found()
    stage.write("Select these words")
    page = opened(stage.url)
    page.locator(".tail p").select_text()
    stage.write(" and *these* too")
    expect(page.locator(".tail p")).to_have_text("Select these words and these too")
    assert page.evaluate(selected).startswith("Select these words")
    stage.write(".\n\nSecond paragraph.\n\nThird")
    expect(page.locator(".block")).to_have_count(1)
    page.locator(".block p").first.select_text()
    for _ in range(10):
        stage.write(" goes on.\n\nMore")
    expect(page.locator(".block")).to_have_count(11)
    assert page.evaluate(selected) == "Select these words and these too."
    stage.end()


def test_b5_markdown_is_drawn_and_what_could_phone_home_is_not(stage: Stage, opened: Opened) -> None:
    stage.begin()
    stage.write(
        "## Head\n\n1. one\n2. two\n\n| h |\n|---|\n| c |\n\n```rust\nlet a;\n```\n\n> quote\n\n**bold** _em_ "
        "[a link](https://example.org/x) ![img](https://beacon.example/b.png) <img src=https://beacon.example/c.png>\n"
    )
    stage.end()
    page = opened(stage.url)
    text = page.locator(".text")
    for css in ("h2", "ol > li", "table th", "pre code", "blockquote", "strong", "em"):
        expect(text.locator(css).first).to_be_visible()
    expect(text.locator(".host").first).to_have_text(" (example.org)")
    expect(text.locator(".language")).to_have_text("rust")
    assert text.locator("img").count() == 0


def test_b5_code_among_sentences_is_whole_while_it_streams_after_a_reload_and_without_scripts(
    stage: Stage, opened: Opened
) -> None:
    stage.begin()
    stage.found()
    page = opened(stage.url, permissions=["clipboard-read", "clipboard-write"])
    code = page.locator(".text pre > code")
    for event in telling(CODED, piece=11):
        stage.put(event)
    expect(code).to_have_text(CODE, use_inner_text=False)
    assert code.all_text_contents() == CODE
    stage.end()
    expect(page.locator(".answer")).to_have_attribute("data-status", "answered")
    page.wait_for_timeout(100)
    streamed = page.locator(".text").inner_html()
    page.reload()
    expect(page.locator(".all-sources")).to_be_visible()
    assert page.locator(".text").inner_html() == streamed
    assert code.all_text_contents() == CODE
    for number, words in enumerate(CODE):
        page.locator(".copy-code").nth(number).click()
        expect(page.locator(".copy-code").nth(number)).to_have_text("Copied")
        assert page.evaluate("() => navigator.clipboard.readText()") == words
    assert page.locator(".text pre :is(span, a), .code-head .sentence").count() == 0
    # A cited block has its number below it; what no source says has no mark, for code is not checked.
    assert page.locator(".text .code + p > .chip").count() == 2
    assert page.locator(".text .doubt").count() == 0
    still = opened(stage.url, java_script_enabled=False)
    assert still.locator(".text pre > code").all_text_contents() == CODE
    expect(still.locator(".copy-code").first).to_be_hidden()


FORMULAS: tuple[Said, ...] = (
    (
        "The roots of \\(ax^2 + bx + c = 0\\) are\n\\[\nx = \\frac{-b \\pm \\sqrt{b^2-4ac}}{2a}.\n\\]",
        (cite(1),),
        Verdict.SUPPORTED,
    ),
    ("\n\nIt costs $5 or $10, and $\\alpha_1$ is drawn.", (), Verdict.EXEMPT),
)


def test_b5_formulas_are_drawn_while_they_stream_and_after_a_reload(stage: Stage, opened: Opened) -> None:
    stage.begin()
    stage.found()
    page = opened(stage.url)
    for event in telling(FORMULAS, piece=7):
        stage.put(event)
    formulas = page.locator(".text math")
    expect(formulas).to_have_count(3)
    stage.end()
    expect(page.locator(".answer")).to_have_attribute("data-status", "answered")
    expect(page.locator(".text")).to_contain_text("It costs $5 or $10, and")
    # The fraction is drawn as one: its two parts stand one above the other.
    over, under = page.locator(".text mfrac > *").evaluate_all("all => all.map(e => e.getBoundingClientRect().y)")
    assert over + 5 < under
    expect(page.locator(".text .formula .chip, .text .formula ~ .chip, .text .sentence ~ .chip")).to_have_count(1)
    streamed = page.locator(".text").inner_html()
    page.reload()
    expect(page.locator(".all-sources")).to_be_visible()
    assert page.locator(".text").inner_html() == streamed


def test_b5_headings_of_two_levels_look_like_two(stage: Stage, opened: Opened) -> None:
    said: tuple[Said, ...] = (("## Higher\n\nText.\n\n### Lower\n\nText.", (), Verdict.EXEMPT),)
    stage.whole(said)
    stage.whole(said, text="And again?")
    page = opened(stage.url)
    for turn in (1, 2):
        sizes = page.locator(f"#a{turn} .text :is(h2, h3, h4)").evaluate_all(
            "all => all.map(e => getComputedStyle(e).fontSize)"
        )
        assert sizes == ["19px", "17px"]


@pytest.mark.parametrize("scripts", [True, False])
def test_b1_a_question_as_long_as_a_page_is_folded_and_its_answer_is_seen(
    stage: Stage, opened: Opened, scripts: bool
) -> None:
    long = ("What is the Eiffel Tower, and how is its height computed from its shadow?\n\n" * 60)[:3900].strip()
    stage.whole(text=long)
    stage.whole(text="And who designed it, in one sentence of moderate length, which is no reason to fold it?")
    page = opened(stage.url, java_script_enabled=scripts)
    heading = page.locator("#a1 .question")
    height = "e => Math.round(e.clientHeight / parseFloat(getComputedStyle(e).lineHeight))"
    assert heading.evaluate(height) == 4
    expect(page.locator("#a1 .text")).to_be_in_viewport()
    control = page.locator(".unfold summary")
    expect(control).to_have_count(1)
    control.focus()
    page.keyboard.press("Enter")
    assert heading.evaluate(height) > 50
    assert heading.text_content() == long
    control.focus()
    page.keyboard.press("Enter")
    assert heading.evaluate(height) == 4
    page.emulate_media(media="print")
    assert heading.evaluate(height) > 50


def test_b6_the_state_is_said_in_words_with_the_time(stage: Stage, opened: Opened) -> None:
    stage.begin()
    page = opened(stage.url)
    state = page.locator(".state")
    expect(state).to_contain_text("Searching")
    stage.found()
    expect(state).to_contain_text("Reading 6 sources, waiting for qwen3")
    expect(page.locator(".elapsed")).to_have_text(re.compile(r"\d+ s"))
    stage.write("Word")
    expect(state).to_contain_text("Writing")
    stage.end()
    expect(state).to_have_count(0)
    expect(page.locator(".details summary")).to_contain_text("3.2 s")


@pytest.mark.parametrize(("status", "words"), [(Status.FAILED, "Failed."), (Status.INTERRUPTED, "Interrupted.")])
def test_b7_a_failure_keeps_the_text_and_says_what_to_do(
    stage: Stage, opened: Opened, status: Status, words: str
) -> None:
    stage.begin()
    stage.found()
    page = opened(stage.url)
    stage.write("The tower is 330 m")
    expect(page.locator(".text")).to_contain_text("330 m")
    stage.end(status)
    banner = page.locator(f".banner.{status}")
    expect(banner).to_contain_text(words)
    expect(banner).to_contain_text("sent no token within 5.0 s")
    expect(banner).to_contain_text("pick a smaller model")
    expect(banner).to_contain_text(stage.answer_id[:8])
    expect(page.locator(".text")).to_contain_text("330 m")
    expect(banner.get_by_role("button", name="Try again")).to_be_visible()


def test_b7_try_again_asks_the_same_question_in_the_same_thread(served: Served, stage: Stage, opened: Opened) -> None:
    stage.whole(status=Status.FAILED, text="How do plants breathe?")
    page = opened(stage.url)
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".versions")).to_contain_text("Version 2 of 2")
    expect(page.locator(".answer")).to_have_attribute("data-status", "answered", timeout=15_000)
    answers = served.run(served.engine.library.answers(stage.thread_id))
    assert [answer.question.text for answer in answers] == ["How do plants breathe?"] * 2


def test_b7_an_answer_made_without_its_model_says_so(stage: Stage, opened: Opened) -> None:
    stage.begin()
    stage.found()
    stage.tell()
    stage.end(Status.ANSWERED, UNREACHABLE)
    page = opened(stage.url)
    expect(page.locator(".answer .banner.notice")).to_contain_text(
        "The model was unreachable; this answer was extracted."
    )


def test_b8_versions_of_an_answer_are_kept_and_can_be_leafed(stage: Stage, opened: Opened) -> None:
    stage.whole()
    stage.begin()
    stage.write("A second version.")
    stage.put(finish())
    page = opened(stage.url)
    expect(page.locator(".text")).to_contain_text("A second version.")
    page.get_by_role("link", name="Earlier version").click()
    expect(page.locator(".versions")).to_contain_text("Version 1 of 2")
    expect(page.locator(".text")).to_contain_text("330 metres")


def test_b8_a_question_can_be_put_back_into_the_box_and_asked_again_otherwise(stage: Stage, opened: Opened) -> None:
    stage.whole()
    page = opened(stage.url)
    page.get_by_role("link", name="Edit question").click()
    expect(page.locator("#question")).to_have_value("How tall is the Eiffel Tower, and why was it built?")
    expect(page.locator("#question")).to_be_focused()
    expect(page.locator(".editing")).to_be_visible()
    page.get_by_role("link", name="Cancel").click()
    expect(page.locator(".editing")).to_be_hidden()
    expect(page.locator("#question")).to_have_value("")
    page.locator(".again summary", has_text="Ask again").click()
    expect(page.get_by_label("Written by")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_b8_an_edited_question_is_a_version_of_its_turn_and_later_turns_stay(
    served: Served, stage: Stage, opened: Opened, *, scripts: bool
) -> None:
    stage.whole()
    stage.whole(text="And who designed it?")
    page = opened(stage.url, java_script_enabled=scripts)
    page.locator("#a1").get_by_role("link", name="Edit question").click()
    expect(page.locator("#question")).to_have_value("How tall is the Eiffel Tower, and why was it built?")
    page.fill("#question", "How tall is the Eiffel Tower?")
    page.click(".send")
    expect(page).to_have_url(re.compile(r"#a1$"))
    expect(page.locator("#a1")).to_have_attribute("data-status", "answered", timeout=15_000)
    expect(page.locator("#a1 .question")).to_have_text("How tall is the Eiffel Tower?")
    expect(page.locator("#a1 .versions")).to_contain_text("Version 2 of 2")
    expect(page.locator("#a2 .question")).to_have_text("And who designed it?")
    expect(page.locator(".answer")).to_have_count(2)
    expect(page.locator("#question")).to_have_value("")
    page.get_by_role("link", name="Earlier version").click()
    expect(page.locator("#a1 .question")).to_have_text("How tall is the Eiffel Tower, and why was it built?")
    assert served.run(served.engine.library.thread(stage.thread_id)).answers == 3


def test_b9_the_answer_can_be_copied_with_its_sources(stage: Stage, opened: Opened) -> None:
    stage.whole()
    page = opened(stage.url, permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("link", name="Copy as Markdown").click()
    expect(page.get_by_role("status")).to_have_text("Copied")
    copied = page.evaluate("() => navigator.clipboard.readText()")
    assert "The Eiffel Tower is **330 metres** tall, as high as a house of 81 floors.[1]" in copied
    assert "1. [Eiffel Tower](<https://en.wikipedia.org/wiki/Eiffel_Tower>)" in copied
    page.evaluate("() => document.getElementById('status').replaceChildren()")
    page.get_by_role("link", name="Copy as text").click()
    expect(page.get_by_role("status")).to_have_text("Copied")
    assert "[1] Eiffel Tower, https://en.wikipedia.org/wiki/Eiffel_Tower" in page.evaluate(
        "() => navigator.clipboard.readText()"
    )


def test_b9_copying_works_and_leaves_the_reader_where_they_are_on_a_page_without_tls(
    stage: Stage, opened: Opened
) -> None:
    """There browsers have no clipboard for pages."""
    stage.whole()
    page = opened(stage.url, permissions=["clipboard-read", "clipboard-write"])
    page.evaluate("() => Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.get_by_role("link", name="Copy as Markdown").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Copied")
    expect(page.locator("#a1 .actions .copy").first).to_be_focused()
    page.focus("#question")
    page.keyboard.press("Control+v")
    expect(page.locator("#question")).to_have_value(re.compile(r"\*\*330 metres\*\* tall"))
    page.evaluate("() => { document.execCommand = () => false; }")
    page.locator("#a1 .actions .copy").first.click()
    expect(page).to_have_url(re.compile(r"/answer\.md$"))  # to be copied by hand


def test_b9_code_is_copied_as_it_is(stage: Stage, opened: Opened) -> None:
    stage.begin()
    stage.write("```py\nif a < b:\n    x()\n```\n")
    stage.put(finish())
    page = opened(stage.url, permissions=["clipboard-read", "clipboard-write"])
    page.click(".copy-code")
    expect(page.get_by_role("status")).to_have_text("Copied")
    assert page.evaluate("() => navigator.clipboard.readText()") == "if a < b:\n    x()\n"


def test_b11_model_times_and_tokens_are_a_quiet_line_with_details(stage: Stage, opened: Opened) -> None:
    stage.whole()
    page = opened(stage.url)
    line = page.locator(".details summary")
    for words in ("qwen3", "first words 0.4 s", "3.2 s", "212 tokens"):
        expect(line).to_contain_text(words)
    expect(page.get_by_text("searched the index, 20 passages")).to_be_hidden()
    line.click()
    expect(page.get_by_text("searched the index, 20 passages")).to_be_visible()
    expect(page.get_by_text("1,840 read, 212 written")).to_be_visible()


def test_f3_steps_tell_what_was_searched_and_read_and_what_failed(stage: Stage, opened: Opened) -> None:
    lost = Degradation(part="wikipedia", reason="timeout", detail="Wikipedia: timed out after 2.0 s")
    stage.begin()
    stage.put(Stepped(step="gather", detail="index: 20 passages", ms=31), Stepped(step="gather", detail=lost.detail))
    stage.found()
    stage.tell()
    stage.end(Status.ANSWERED, lost)
    page = opened(stage.url)
    expect(page.locator(".answer .banner.notice")).to_contain_text("Answered without Wikipedia.")
    page.locator(".details summary").click()
    told = ["one search", "index: 20 passages", "timed out after 2.0 s", "searched the index, 20 passages"]
    expect(page.locator(".steps li")).to_contain_text(told)


def test_a_late_verdict_is_drawn_on_settled_text(stage: Stage, opened: Opened) -> None:
    stage.begin()
    stage.found()
    stage.tell(FAITHFUL)
    page = opened(stage.url)
    expect(page.locator(".sentence.unsupported")).to_have_count(0)
    sentence = next(e for e in telling(FAITHFUL) if isinstance(e, Cited)).sentence
    stage.put(Cited(sentence=Sentence(start=sentence.start, end=sentence.end, verdict=Verdict.UNSUPPORTED)))
    expect(page.locator(".sentence.unsupported").first).to_be_visible()
    stage.put(Suggested(follow_ups=FOLLOW_UPS))
    stage.end()
