"""A page's bytes become a document and its links, as the page itself wants it."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from pincite.crawl.page import MAX_LINKS, Fetched, Page, read

PROSE = "Whales are mammals that live in the sea and breathe air at its surface. " * 8


def page(html: str | bytes, kind: str = "text/html; charset=utf-8", **headers: str) -> Page:
    body = html.encode() if isinstance(html, str) else html
    sent = {"content-type": kind, **{name.replace("_", "-"): value for name, value in headers.items()}}
    url = "https://e.org/dir/page"
    return read([Fetched(url, url, datetime.now(UTC), 200, sent, body)], "web")[0]


def test_a_page_becomes_a_document() -> None:
    found = page(
        f'<html lang="en"><title>On whales</title><meta property="article:published_time" content="2026-01-02">'
        f"<body><h1>Whales</h1><p>{PROSE}</p>",
        etag='"1"',
    )
    document = found.original.document
    assert (document.title, document.lang, document.collection) == ("On whales", "en", "web")
    assert str(document.published) == "2026-01-02"
    assert "Whales are mammals" in found.original.text
    assert found.etag == '"1"'
    heading = found.original.headings[0]
    assert found.original.text[heading.start :].startswith(heading.title)


def test_links_keep_their_words_and_who_vouches_for_them() -> None:
    found = page(
        f'<base href="/other/"><p>{PROSE}<a href="a">first <b>one</b></a><a rel="ugc nofollow" href="/b">second</a>'
        '<a href="#top">up</a><a href="javascript:x()">no</a><a href="c.zip">file</a><a href="a?utm_source=x">again</a>'
    )
    assert [(link.target, link.anchor, link.nofollow) for link in found.original.links] == [
        ("https://e.org/other/a", "first one", False),
        ("https://e.org/b", "second", True),
        ("https://e.org/other/c.zip", "file", False),
        ("https://e.org/other/a", "again", False),
    ]
    assert found.targets == ("https://e.org/other/a",)


def test_what_a_page_says_to_crawlers_is_read() -> None:
    found = page(
        '<link rel="canonical" href="/c"><link rel="alternate" hreflang="de" href="/de">'
        '<link rel="alternate" type="application/atom+xml" href="/feed"><meta name="ROBOTS" content="NoIndex">'
        f"<p>{PROSE}<a href=/x>x</a>"
    )
    assert (found.canonical, found.feeds, found.noindex) == ("https://e.org/c", ("https://e.org/feed",), True)
    assert found.targets == ("https://e.org/x", "https://e.org/de")
    quiet = page(f"<p>{PROSE}<a href=/x>x</a>", x_robots_tag="other: noindex, pincite: nofollow")
    assert (quiet.noindex, quiet.targets) == (False, ())
    assert page(f'<meta name="robots" content="none"><p>{PROSE}').noindex
    assert not page(f'<meta name="googlebot" content="noindex"><p>{PROSE}').noindex


def test_markdown_is_read_as_it_is() -> None:
    found = page("# Whales\n\nThey sing.\n\n```\n# no heading\n```\n\n## Songs\n", "text/markdown").original
    assert [(each.level, each.title) for each in found.headings] == [(1, "Whales"), (2, "Songs")]
    assert found.document.title == "Whales"
    assert all(found.text[each.start :].startswith("#") for each in found.headings)
    found = page("````md\n```\n# no heading\n```\n# nor this\n````\n## *Songs* ##\n", "text/markdown").original
    assert [each.title for each in found.headings] == ["Songs"]


def test_markdown_leads_where_its_links_do() -> None:
    text = '# Whales\n\nSee [the *blue* one](../blue.md#size "Blue"), ![a picture](x.png), [below](#here), [a](<b>).\n'
    found = page(text, "text/markdown")
    assert found.targets == ("https://e.org/blue.md", "https://e.org/dir/b")
    assert found.original.links[0].anchor == "the *blue* one"
    assert page(text, "text/plain").targets == ()


def test_xml_is_a_page_where_it_is_html() -> None:
    declared = '<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x">'
    whole = f"{declared}<html xmlns='http://www.w3.org/1999/xhtml'><body><p>{PROSE}</p></body></html>"
    for kind in ("application/xml", "text/xml; charset=utf-8", "application/xhtml+xml"):
        assert "Whales" in page(whole, kind).original.text
    feed = f"<rss><channel><item><title>Whales</title><description>{PROSE}</description></item></channel></rss>"
    assert page(feed, "text/xml").original.text == ""


def test_letters_are_decoded_by_what_the_server_says() -> None:
    html = f"<title>Größe</title><p>{PROSE}".encode("cp1252")
    assert page(html, "text/html; charset=windows-1252").original.document.title == "Größe"


def test_a_page_of_links_without_end_is_cut() -> None:
    found = page("<p>" + PROSE + "".join(f"<a href=/{n}>{n}</a>" for n in range(MAX_LINKS + 500)))
    assert len(found.original.links) == MAX_LINKS


@given(st.binary(max_size=300), st.sampled_from(["text/html", "text/plain", "text/markdown", "application/xml", ""]))
def test_no_bytes_break_the_reader(body: bytes, kind: str) -> None:
    found = page(body, kind)
    text = found.original.text
    assert all(text[each.start : each.start + 1] for each in found.original.headings)
