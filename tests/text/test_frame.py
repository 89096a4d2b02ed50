"""What stands around every text of a site."""

from __future__ import annotations

import pytest
from lxml.html import document_fromstring

from pincite.text import frame
from pincite.text.lines import Walk

PROSE = "The bridge was built of sandstone in the years after the flood, and it still stands. " * 8


def left(body: str) -> str:
    walk = Walk()
    walk.page(document_fromstring(f"<html><body>{body}</body></html>").find("body"))
    return "\n".join(line.text for line in frame.cut(walk.lines, walk.regions))


@pytest.mark.parametrize(
    "around",
    [
        f"<div class='comment-list'><p>{PROSE * 4}out</div>",
        "<div id=cookieBanner><p>out</div>",
        "<nav><a href=a>out</a></nav>",
        "<div class='related posts'><h3>out</h3></div>",
        "<section class=sidebar><p>out</section>",
        "<div class='jp-relatedposts'>out</div>",
        "<div class='widget widget_rss'><ul><li>out</ul></div>",
    ],
)
def test_a_region_that_says_what_it_is_goes(around: str) -> None:
    text = left(f"<h1>Bridges</h1><p>{PROSE}</p>{around}")
    assert "Bridges" in text
    assert "out" not in text


@pytest.mark.parametrize("names", ["content-sidebar", "nav", "comments", "widget area"])
def test_a_name_is_not_believed_of_what_holds_the_page(names: str) -> None:
    assert "Bridges" in left(f"<div class='{names}'><h1>Bridges</h1><p>{PROSE}</p></div><p>foot")
    assert "sandstone" in left(f"<div class='{names}'><p>{PROSE}</p></div><p>foot")


def test_what_asks_for_leave_goes_also_where_it_is_the_only_prose() -> None:
    banner = f"<div id='cookie-consent' class=cc><p>{PROSE}out</p></div>"
    assert left(f"{banner}<h1>Rivers</h1><table><tr><td>a<td>b</table>") == "Rivers\na | b"
    assert "kept" in left(f"<div id=cookie-notice><h1>Cookies</h1><p>{PROSE}kept</p></div><p>foot")


def test_words_that_only_contain_a_name_are_no_names() -> None:
    for names in ("navy", "advertising-history", "elementor-widget", "commentary", "download"):
        assert "kept" in left(f"<p>{PROSE}</p><div class='{names}'><p>kept</p></div>")
