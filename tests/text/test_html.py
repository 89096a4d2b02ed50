"""What a person would read on a page."""

from __future__ import annotations

import json
import lzma
import re
import tarfile
from collections import Counter
from datetime import date
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.text.shared import folder

from pincite.text import html

PAGE = """<!DOCTYPE html><html lang="de-AT"><head><title>Bridges of Prague - Example Site</title>
<meta property="article:published_time" content="2021-03-04T10:00:00Z"><script>var x = "no";</script></head>
<body><nav><a href="/">Home</a> <a href="/b">Boats</a></nav>
<div class="cookie-banner">We use cookies</div>
<article><h1>Bridges of Prague</h1><p>The <b>Charles</b> Bridge is
a medieval bridge. See <a href="river.html#top">the river</a>.</p>
<h2>Facts</h2><ul><li>Built in 1357</li><li>Length 516 m</li></ul>
<table><tr><th>Name</th><th>Year</th></tr><tr><td>Charles</td><td>1357</td></tr></table>
<pre>if a:
    b()</pre><p>Last<br>line.</p></article>
<aside>Related stories</aside><footer>Imprint</footer></body></html>"""


def test_blocks_keep_their_shape_and_boilerplate_is_gone() -> None:
    page = html.readable(PAGE, "https://example.org/a/index.html")
    assert page.text == (
        "Bridges of Prague\n\nThe Charles Bridge is a medieval bridge. See the river.\n\nFacts\n\n- Built in 1357\n"
        "- Length 516 m\n\nName | Year\nCharles | 1357\n\n```\nif a:\n    b()\n```\n\nLast\nline."
    )


def test_a_page_says_what_it_is() -> None:
    page = html.readable(PAGE, "https://example.org/a/index.html")
    assert (page.title, page.published, page.lang) == ("Bridges of Prague", date(2021, 3, 4), "de")
    assert html.Link("https://example.org/a/river.html", "the river") in page.links


def test_links_know_their_base_their_words_and_whether_the_author_vouches_for_them() -> None:
    page = html.readable(
        """<base href="/docs/"><a href="a.html#top"><b>One</b> two</a><a href="a.html">again</a><a href="#x">here</a>
        <a href="https://b.org/" rel="ugc nofollow">b</a><a href="mailto:c@d.org">c</a><a href="http://[">broken</a>""",
        "https://example.org/x",
    )
    assert page.links == (("https://example.org/docs/a.html", "One two", False), ("https://b.org/", "b", True))


def test_a_heading_knows_where_its_line_starts() -> None:
    page = html.readable(PAGE)
    assert [(level, title) for level, title, _ in page.headings] == [(1, "Bridges of Prague"), (2, "Facts")]
    assert all(page.text[start:].startswith(title + "\n") for _, title, start in page.headings)


def test_a_page_that_is_all_boilerplate_by_name_still_has_its_text() -> None:
    page = html.readable(
        '<div class="sidebar"><p>' + "Only this text is here, and it is what people read. " * 9 + "</p></div>"
    )
    assert page.text.startswith("Only this text")


SAID = "The sentence that is worth reading on this page is this one."


@pytest.mark.parametrize("tag", ["main", "article", "section", "header", "x-page"])
def test_a_page_that_names_no_body_is_read_from_the_first_thing_that_is_of_no_head(tag: str) -> None:
    page = html.readable(f"<!doctype html><meta charset=utf-8><title>Bridges</title><{tag}>{SAID}</{tag}>")
    assert (page.title, page.text) == ("Bridges", SAID)


@pytest.mark.parametrize("rest", ["<p>The rest.</p>", "The rest.", "</head><body>The rest.", "<section>The rest."])
def test_what_follows_it_comes_behind_it(rest: str) -> None:
    lines = html.readable(f"<title>Bridges</title><script>no</script><main>{SAID}</main>{rest}").text.split("\n\n")
    assert lines == [SAID, "The rest."]


def test_a_head_keeps_what_is_of_a_head() -> None:
    root = html.parsed("<title>a</title><style>b</style><template>c</template><x-y></x-y><meta name=d><main>e</main>")
    assert root is not None
    assert [element.tag for element in root.iterfind("head/*")] == ["title", "style", "template"]
    assert [element.tag for element in root.iterfind("body/*")] == ["x-y", "meta", "main"]


@pytest.mark.parametrize(
    "source", ["", "   ", "<", "<html>", "\x00\x01", b"\xff\xfe", "<?xml version='1.0' encoding='x'?><p>a"]
)
def test_a_broken_page_is_an_empty_page_at_worst(source: str | bytes) -> None:
    assert isinstance(html.readable(source).text, str)


@pytest.mark.parametrize("tag", ["div", "table><tr><td", "ul><li", "b", "a href=x", "article class=comment"])
def test_a_page_nested_ten_thousand_deep_is_read(tag: str) -> None:
    assert isinstance(html.readable(f"<{tag}>" * 10_000 + "deep").text, str)


@pytest.mark.parametrize(
    "piece",
    [
        "<p>Some words that are read, and more of them.</p>",
        "<li><a href=x>y</a>",
        "<tr><td>a<td>b",
        "<h2>Related</h2><div class='comment post-body'>",
        "&amp;&lt;&#120;",
        "<br>",
        "<meta name=author content=x>",
        "<span class=byline>x</span>",
    ],
)
def test_reading_takes_time_in_proportion_to_the_page(piece: str) -> None:
    def took(times: int) -> float:
        began = process_time()
        html.readable("<html><body>" + piece * times)
        return process_time() - began

    once = max(0.01, min(took(1_000) for _ in range(2)))
    assert min(took(4_000) for _ in range(2)) < 12 * once


def test_a_page_that_hides_itself_until_a_script_runs_is_read() -> None:
    assert html.readable("<div style='display:none'><p>All of it is in here, and nowhere else.</p></div>").text


@given(st.text(alphabet="<>/=\"' abdhipultr123\n", max_size=200))
def test_no_markup_makes_reading_fail_and_headings_point_into_the_text(source: str) -> None:
    page = html.readable(source)
    assert all(page.text[start:].startswith(title) for _, title, start in page.headings)


def _grams(text: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return Counter(zip(*(words[at:] for at in range(4)), strict=False))


def test_real_articles_keep_their_text_and_lose_most_of_the_rest() -> None:
    """Mean 4-gram F1 on Mozilla's pages; measured .94 on 25 November 2026."""
    home = folder("extract-readability")
    with lzma.open(home / "truth.jsonl.xz", "rt", encoding="utf-8") as lines:
        truth = {row["file"]: row["text"] for row in map(json.loads, lines)}
    scores = []
    with tarfile.open(home / "pages.tar.xz") as pages:
        for member in pages:
            body = pages.extractfile(member)
            if body is None or member.name not in truth:
                continue
            expected, found = _grams(truth[member.name]), _grams(html.readable(body.read()).text)
            common = (expected & found).total()
            scores.append(2 * common / max(1, expected.total() + found.total()))
    assert sum(scores) / len(scores) > 0.9
