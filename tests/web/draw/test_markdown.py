"""Markdown: safe, by blocks as by the whole, and with its sentences in their places."""

from __future__ import annotations

import re
from html import unescape
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pincite.text.sentences import split
from pincite.web.draw.markdown import cuts, first_heading, plain, render
from pincite.web.draw.weave import END, START, Mark

TEXTS = {
    "paragraphs": "One.\nStill one.\n\nTwo **bold\nover lines**.\n\n\n\nThree.\n",
    "lists": "Intro:\n- a\n- b\n\n  more of b\n\n- c\n\nOut of it.\n\n1. one\n2. two\n   - deep\n\n\n3. three\n",
    "fences": "Code:\n\n```python\nx = 1\n\n\ny = '```'\n```\nAfter.\n\n~~~\nopen\n\nfence\n",
    "fence in a list": "- item\n\n  ```\n  a\n\n  b\n  ```\n\n- next\n\nout\n",
    "tables": "Look:\n\n| a | b |\n|:--|--:|\n| 1 | 2 |\n| 3 | 4 |\n\nAfter | not a table.\n",
    "headings": "## A\ntext\n### B\n\n- x\n# C\n\n> quote\nlazy\n\n> other\n\n---\n\nend\n",
    "setext is none": "Title\n=====\n\nOther\n---\n\nend\n",
    "Chinese": "他说**“你好。”**然后走了。\n\n1. **苹果**：红色\n2. 梨\n\n| 甲 | 乙 |\n|---|---|\n| 一 | 二 |\n",
}
LINES = st.sampled_from(
    [
        "",
        "a",
        "b **c** d",
        "- x",
        "  - y",
        "   z",
        "1. one",
        "2) two",
        "# h",
        "> q",
        "```",
        "~~~ py",
        "| a | b |",
        "|---|---|",
        "---",
        "***",
        "\tt",
        "    four",
        "  ```",
        "  ```sh",
        "> ```",
        "- ```",
        "````",
        "~~~",
        "for i in range(3):",
        "    print(i)  # x.",
        "[x. y](http://x.org/a.b) `c[1]. d`",
        "**b. c**&amp; \\* d <http://x.org>  ",
        "| a \\| b. | c |",
        "> | a | b |",
        "> |---|---|",
        "$$",
        "\\[",
        "\\]",
        "x = \\frac{1}{2} \\]",
        "\\[ y. z = 1 \\]",
        "- $$ a < b $$",
        "let $x = 1. y$ and \\(b_1. c\\) be",
        "=",
        "[r]: http://x.org",
        "<b>x</b>",
        "*",
        "-",
    ]
)
DOCUMENTS = st.lists(LINES, max_size=14).map("\n".join)


def pieces(text: str) -> list[str]:
    places = [0, *cuts(text), len(text)]
    return [text[a:b] for a, b in pairwise(places)]


def by_blocks(text: str) -> str:
    first = first_heading(text)
    return "".join(render(piece, first=first) for piece in pieces(text))


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_the_blocks_one_by_one_are_the_whole(text: str) -> None:
    assert by_blocks(text) == render(text, first=first_heading(text))


@settings(max_examples=300, deadline=None)
@given(DOCUMENTS)
def test_the_blocks_of_any_text_one_by_one_are_the_whole(text: str) -> None:
    assert by_blocks(text) == render(text, first=first_heading(text))


@settings(max_examples=200, deadline=None)
@given(DOCUMENTS, st.lists(st.integers(0, 60), max_size=8))
def test_a_cut_once_made_stays_however_the_text_arrives(text: str, lengths: list[int]) -> None:
    ends = sorted({min(n, len(text)) for n in lengths} | {len(text)})
    start, made = 0, []
    for end in ends:
        found = [start + cut for cut in cuts(text[start:end])]
        made += found
        start = made[-1] if made else 0
    assert made == cuts(text)


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![x](https://beacon.example/a.png)",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox)",
    "<javascript:alert(1)>",
    "[x](&#106;avascript:alert(1))",
    '[x](https://ok.example "onmouseover=alert(1)")',
    '```"><script>alert(1)</script>\nx\n```',
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<svg/onload=alert(1)>",
    "`<b onclick=x>`",
    "| <style>*{}</style> |\n|---|\n| <form> |",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_acts_or_phones_home_survives(text: str) -> None:
    html = render(plain(text))
    assert not re.search(r"<\s*(script|img|iframe|svg|style|form|object|link|meta|base)\b", html, re.IGNORECASE)
    for tag in re.findall(r"<[a-z][^>]*>", html):
        assert not re.search(r"\son\w+\s*=|\sstyle\s*=", tag, re.IGNORECASE)
    assert not re.search(r'href="(?!https?:|mailto:)', html, re.IGNORECASE)


def test_a_link_shows_its_host_and_is_not_followed() -> None:
    html = render("See [the page](https://www.example.org/a).")
    assert '<span class="host"> (example.org)</span>' in html
    assert 'rel="noopener nofollow ugc"' in html
    assert "(example.org)" not in render("See [example.org](https://example.org/a).")


def test_headings_stand_under_the_question_and_none_is_skipped() -> None:
    text = "### Top\n\n##### Deep\n\n## Also top\n"
    assert re.findall(r"<h(\d)", render(text, level=1, first=first_heading(text))) == ["2", "3", "2"]
    assert re.findall(r"<h(\d)", render(text, level=2, first=first_heading(text))) == ["3", "4", "3"]


def test_a_table_aligns_by_class_because_style_is_refused() -> None:
    html = render("| a | b |\n|---|--:|\n| 1 | 2 |\n")
    assert '<td class="right">2</td>' in html
    assert "style" not in html


def test_code_says_its_language_and_can_be_copied() -> None:
    html = render("```rust\nlet a = 1;\n```")
    assert '<span class="language">rust</span>' in html
    assert 'class="copy-code"' in html


@pytest.mark.parametrize(
    "text",
    [
        "**“你好。”**他说",
        "这是**重点。**后面",
        "**テスト。**です",
        "他**（强调）**了",
        "**Apple（苹果）**公司",
        "一**‘二’**三",
    ],
)
def test_q3_emphasis_beside_chinese_and_japanese_punctuation_is_emphasis(text: str) -> None:
    assert "<strong>" in render(text)
    assert "*" not in render(text)


@pytest.mark.parametrize("text", ["snake_case_name", "2 * 3 * 4", "a ** b", "_a", "5*3*2=30"])
def test_what_is_no_emphasis_stays(text: str) -> None:
    assert "<strong>" not in render(text)
    assert ("<em>" in render(text)) == (text == "5*3*2=30")


# ── sentences ──


def marked(text: str, *sentences: str) -> str:
    places = [(text.index(s), text.index(s) + len(s)) for s in sentences]
    marks = [Mark(a, b, f'class="s{i}"', f"[{i}]") for i, (a, b) in enumerate(places)]
    return render(text, marks)


def words(html: str, css: str) -> str:
    return unescape("".join(re.sub("<[^>]*>", "", s) for s in re.findall(rf'<span class="{css}">(.*?)</span>', html)))


def test_a_chip_follows_the_full_stop_of_its_sentence() -> None:
    assert ">One two.</span>[0] <span" in marked("One two. Three.", "One two.", "Three.")


def test_emphasis_that_ends_with_the_sentence_is_still_emphasis() -> None:
    html = marked("**All of it bold.** More.", "**All of it bold.**", "More.")
    assert html.startswith('<p><strong><span class="s0">All of it bold.</span></strong>[0]')


def test_a_sentence_that_ends_inside_emphasis_keeps_it() -> None:
    html = marked("**One. Two.** More.", "**One.", "Two.**")
    assert "<strong>" in html
    assert "*" not in html
    assert "[0]" in html
    assert "[1]" in html


def test_list_items_keep_their_markers_out_of_the_sentence() -> None:
    html = marked("- First *thing*.\n- Second.\n", "- First *thing*.", "- Second.")
    assert html.count("<li>") == 2
    assert words(html, "s0") == "First thing."
    assert "</span>[1]</li>" in html


def test_headings_quotes_and_numbers_stay_what_they_are() -> None:
    html = marked("# Head\n\n> Quote.\n\n1. One.\n", "# Head", "> Quote.", "1. One.")
    assert "<h2>" in html
    assert "<blockquote>" in html
    assert "<ol>" in html


def test_a_table_row_is_a_sentence_over_its_cells_and_the_chip_stands_in_the_last() -> None:
    html = marked("| a | b |\n|---|---|\n| c d | e |\n", "| c d | e |")
    assert '<td><span class="s0">c d</span></td>' in html
    assert '<td><span class="s0">e</span>[0]</td>' in html


def test_a_sentence_over_a_whole_table_does_not_break_it() -> None:
    text = "| a | b |\n|---|---|\n| c | d |"
    assert "<table>" in marked(text, text)
    assert "<table>" in marked(text + "\n", "| a | b |\n|---|---|")


def test_a_chip_waits_for_the_end_of_a_link_and_of_code() -> None:
    html = marked("See [one. two](https://x.org) and `a. b`.", "See [one.", "two](https://x.org) and `a.")
    for element in re.findall(r"<a .*?</a>|<code>.*?</code>", html):
        assert "[0]" not in element
        assert "[1]" not in element
    assert "[0]" in html
    assert "[1]" in html


def test_a_forged_mark_is_no_mark() -> None:
    text = plain(f"{chr(START)}A &#xF0000;b&#x100000; c.{chr(END)} Real.")
    start = text.index("Real.")
    html = render(text, [Mark(start, len(text), 'class="s0"', "[0]")])
    assert html.count("[0]") == 1
    assert words(html, "s0") == "Real."
    assert not re.search("[\U000f0000-\U0010ffff]", html)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Code:\n\n```python\nfor i in range(3):\n    print(i)\n```\n\nDone.", "for i in range(3):\n    print(i)\n"),
        ("~~~\na. b[1]\n\n\tc\n~~~\nDone.", "a. b[1]\n\n\tc\n"),
        ("- Run:\n  ```sh\n  x\n    y\n  ```\n- Done.", "x\n  y\n"),
        ("> ```\n> a\n>  b\n> ```\n", "a\n b\n"),
        ("    ```\n    a\n      b\n    ```\n", "a\n  b\n"),
        ("Cut off:\n```js\nconst a = 1;\n\n  return a", "const a = 1;\n\n  return a"),
        ("````md\n```\nx\n```\n````\n", "```\nx\n```\n"),
    ],
    ids=["fence", "tildes", "list", "quote", "indented", "unclosed", "long fence"],
)
def test_code_is_whole_whether_sentences_are_it_hold_it_or_lie_in_it(text: str, code: str) -> None:
    spans = [[(0, len(text.rstrip()))], split(text), [m.span() for m in re.finditer(r"\S+", text)]]
    for number, places in enumerate(spans):
        html = render(
            text, [Mark(a, b, 'class="s"', f"\u27e6{i}\u27e7" if number else "") for i, (a, b) in enumerate(places)]
        )
        assert [unescape(found) for found in re.findall(r"<code>(.*?)</code>", html, re.DOTALL)] == [code]


def test_what_follows_code_stands_below_it_but_for_what_is_of_words_alone() -> None:
    text = "```\na\n```\n\n```\nb\n```\n\nBoth:\n```\nc\n```"
    a, b = text.index("```\nb"), text.index("Both")
    marks = [
        Mark(0, 9, 'class="s0"', "[0]"),
        Mark(a, a + 9, 'class="s1"', "[1]", of_words=True),
        Mark(b, len(text), 'class="s2"', "[2]"),
    ]
    html = render(text, marks)
    assert html.count("</pre></div>\n<p>[0]</p>") == 1
    assert "[1]" not in html
    assert '<p><span class="s2">Both:</span></p>' in html
    assert html.endswith("</pre></div>\n<p>[2]</p>\n")


def test_a_bar_within_a_cell_moves_no_chip() -> None:
    html = marked("| a \\| b | c |\n|---|---|\n| d | `[1]` e |\n", "| a \\| b | c |", "| d | `[1]` e |")
    assert '<th><span class="s0">a | b</span></th>' in html
    assert '<th><span class="s0">c</span>[0]</th>' in html
    assert '<code><span class="s1">[1]</span></code><span class="s1"> e</span>[1]</td>' in html


def bare(html: str) -> str:
    """What ``render`` gives without marks, from what it gave with marks of class ``s``, followed by ⟦…⟧."""
    html = re.sub(r"<p>(?:\u27e6\d+\u27e7)+</p>\n", "", html)
    return re.sub(r"\u27e6\d+\u27e7", "", re.sub(r'<span class="s">(.*?)</span>', r"\1", html, flags=re.DOTALL))


@settings(max_examples=400, deadline=None)
@given(DOCUMENTS, st.lists(st.integers(0, 120), max_size=8))
def test_marks_change_nothing_but_what_stands_around_words_and_every_chip_is_drawn_once(
    text: str, places: list[int]
) -> None:
    edges = sorted({min(p, len(text)) for p in places})
    spans = [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=False) if text[a:b].strip()]
    marks = [Mark(a, b, 'class="s"', f"\u27e6{i}\u27e7") for i, (a, b) in enumerate(spans)]
    html = render(text, marks)
    for i in range(len(spans)):
        assert html.count(f"\u27e6{i}\u27e7") == 1
    assert not re.search("[\U000f0000-\U0010ffff]", html)
    assert bare(html) == render(text)
    assert all("\u27e6" not in code for code in re.findall(r"<pre.*?</pre>", html, re.DOTALL))


@settings(max_examples=200, deadline=None)
@given(DOCUMENTS)
def test_the_sentences_of_any_text_change_nothing_but_what_stands_around_their_words(text: str) -> None:
    html = render(text, [Mark(a, b, 'class="s"', f"\u27e6{i}\u27e7") for i, (a, b) in enumerate(split(text))])
    assert bare(html) == render(text)
    order = [int(number) for number in re.findall("\u27e6(\\d+)\u27e7", html)]
    assert sorted(order) == list(range(len(split(text))))
