"""Lists of every kind name their pages; broken and hostile ones name what could be read, and do no harm."""

from __future__ import annotations

import gzip

import pytest

from pincite.crawl.lists import Entries, entries

U = "https://e.org/list"
SITEMAP = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc> https://e.org/a?b=1&amp;c=2 </loc><lastmod>2026-11-20</lastmod>
<image:image><image:loc>https://e.org/i.png</image:loc></image:image></url><url><loc>/b</loc></url></urlset>"""
WANTED = (("https://e.org/a?b=1&c=2", "2026-11-20"), ("https://e.org/b", ""))


def test_a_sitemap_names_pages_and_when_they_changed() -> None:
    assert entries(SITEMAP.encode(), U).pages == WANTED
    assert entries(gzip.compress(SITEMAP.encode()), U).pages == WANTED


def test_an_index_names_more_lists() -> None:
    index = "<sitemapindex><sitemap><loc>https://e.org/1.xml.gz</loc></sitemap></sitemapindex>"
    assert entries(index.encode(), U) == Entries((), ("https://e.org/1.xml.gz",))


def test_feeds_of_both_kinds_name_their_entries() -> None:
    rss = """<rss><channel><link>https://e.org/</link><item><title>x</title><link>https://e.org/n</link>
    <pubDate>Mon, 23 Nov 2026 10:00:00 GMT</pubDate></item></channel></rss>"""
    assert entries(rss.encode(), U).pages == (("https://e.org/n", "Mon, 23 Nov 2026 10:00:00 GMT"),)
    atom = """<feed xmlns="http://www.w3.org/2005/Atom"><link href="/self"/><entry>
    <updated>2026-11-23T10:00:00Z</updated><link rel="edit" href="/no"/><link href="n2"/></entry></feed>"""
    assert entries(atom.encode(), U).pages == (("https://e.org/n2", "2026-11-23T10:00:00Z"),)


def test_llms_txt_and_plain_lists_name_their_links() -> None:
    assert entries(b'# Us\n- [A](/a.md): all\n- [B](<https://e.org/b> "t")\n', U).pages == (
        ("https://e.org/a.md", ""),
        ("https://e.org/b", ""),
    )
    assert entries(b"https://e.org/1\nhttps://e.org/2\nnothing\n", U).pages == (
        ("https://e.org/1", ""),
        ("https://e.org/2", ""),
    )


@pytest.mark.parametrize(
    "body",
    [
        b"", b"<", b"<urlset>", b"\x1f\x8bbroken", gzip.compress(bytes(60_000_000)), b"<a>" * 100_000, b"\xff\xfe\x00<",
        b"[" * 50_000, b"[a](" * 20_000,
        b'<!DOCTYPE l [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;&a;">]><urlset><url><loc>&b;</loc></url></urlset>',
        b'<!DOCTYPE l [<!ENTITY f SYSTEM "file:///etc/passwd">]><urlset><url><loc>/&f;</loc></url></urlset>',
    ],
)  # fmt: skip
def test_what_is_broken_or_hostile_names_nothing_it_should_not(body: bytes) -> None:
    assert all("root" not in url and "xx" not in url for url, _ in entries(body, U).pages)


def test_a_broken_list_gives_what_came_before() -> None:
    assert entries(SITEMAP[:-20].encode(), U).pages[0] == WANTED[0]
