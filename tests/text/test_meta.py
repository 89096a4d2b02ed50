"""What a page says about itself."""

from __future__ import annotations

from datetime import date

import pytest
from lxml.html import document_fromstring

from pincite.text.meta import About, about


def said(head: str, body: str = "<p>x", url: str = "") -> About:
    return about(document_fromstring(f"<html><head>{head}</head><body>{body}</body></html>"), url)


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("<title>Bridges of Prague - Example Site</title>", "Bridges of Prague"),
        ("<title>Bridges - Site</title>", "Bridges - Site"),
        ("<title>A | B</title><meta property='og:title' content='Bridges'>", "Bridges"),
        ("", ""),
    ],
)
def test_the_title_is_the_pages_and_not_the_sites(head: str, title: str) -> None:
    assert said(head).title == title


@pytest.mark.parametrize(
    ("head", "body", "author"),
    [
        ("<meta name=author content='By Ada Lovelace'>", "", "Ada Lovelace"),
        ("<meta property='article:author' content='https://facebook.com/ada'>", "", ""),
        (
            (
                '<script type="application/ld+json">{"@graph": [{"headline": "x", "author": [{"name": "Ada"}, '
                '{"name": "Charles"}]}]}</script>'
            ),
            "",
            "Ada, Charles",
        ),
        ("<script type='application/ld+json'>{broken</script>", "<a rel=author>Ada</a>", "Ada"),
        ("", "<span class='byline'>Von Ada Lovelace</span>", "Ada Lovelace"),
        ("", f"<span class='byline'>{'word ' * 40}</span>", ""),
        ("", "", ""),
    ],
)
def test_the_author_is_a_name_or_nothing(head: str, body: str, author: str) -> None:
    assert said(head, body).author == author


@pytest.mark.parametrize(
    ("head", "body", "url", "day"),
    [
        ("<meta property='article:published_time' content='2021-03-04T10:00Z'>", "", "", date(2021, 3, 4)),
        ('<script type="application/ld+json">{"datePublished": "2021-03-04"}</script>', "", "", date(2021, 3, 4)),
        ("", "", "https://x.org/2021/03/04/a", date(2021, 3, 4)),
        ("", "<time datetime='2021-03-04'>today</time>", "", date(2021, 3, 4)),
        ("", "<span class=post-date>4 March 2021</span>", "", date(2021, 3, 4)),
        ("", "<p>It was on 4 March 2021.", "", None),
    ],
)
def test_the_day_is_the_one_that_the_page_gives_itself(head: str, body: str, url: str, day: date | None) -> None:
    assert said(head, body, url).published == day


def test_language_and_site_are_read_from_where_pages_say_them() -> None:
    assert said("<meta property='og:locale' content='de_AT'>").lang == "de"
    assert said("<meta property='og:site_name' content='Example'>").site == "Example"
    assert said("").lang == ""


def test_deeply_nested_data_is_let_go() -> None:
    deep = '{"@graph": ' * 2000 + "1" + "}" * 2000
    assert said(f"<script type='application/ld+json'>{deep}</script>").author == ""
