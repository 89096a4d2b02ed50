"""A crawl reaches what is linked, leaves alone what it should, and is polite."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from tests.crawl.serving import Asked, Page, Site, moved, serving

from pincite.crawl.crawl import Crawl, Tally
from pincite.crawl.fetch import Fetcher
from pincite.crawl.frontier import Frontier, Wish
from pincite.errors import DiskFull
from pincite.settings import CrawlSettings
from pincite.types import Original

WORDS = [f"{a}{b}{c}" for a in ("ka", "lo", "mi", "tu") for b in ("ra", "ne", "so", "vi") for c in "aeioustlmn"]
QUICK = CrawlSettings(delay_s=0.0, processes=0)


class Kept:
    """A sink that remembers."""

    def __init__(self) -> None:
        self.documents: dict[str, Original] = {}
        self.batches = 0

    def __call__(self, originals: Sequence[Original], gone: Sequence[str]) -> None:
        self.batches += 1
        self.documents |= {original.document.url: original for original in originals}
        for url in gone:
            self.documents.pop(url, None)

    def paths(self) -> list[str]:
        return sorted("/" + url.split("/", 3)[3] for url in self.documents)


@pytest.fixture
async def frontier(tmp_path: Path) -> AsyncIterator[Frontier]:
    made = Frontier(tmp_path / "crawl.sqlite3")
    yield made
    made.close()


@pytest.fixture
def kept() -> Kept:
    return Kept()


def prose(about: str, *links: str, head: str = "") -> Page:
    """A page with a text of its own, and links."""
    dice = random.Random(about)
    words = ". ".join(f"{about} " + " ".join(dice.choices(WORDS, k=9)) for _ in range(12))
    anchors = " ".join(f'<a href="{link}">to {link}</a>' for link in links)
    return Page(f"<html lang=en><head><title>On {about}</title>{head}</head><body><p>{words}</p><p>{anchors}</p>")


async def crawled(
    frontier: Frontier, fetcher: Fetcher, kept: Kept, *seeds: str, settings: CrawlSettings = QUICK, **wish: object
) -> Tally:
    return await Crawl(frontier, fetcher, settings, Wish(seeds=seeds, **wish), kept).run()  # type: ignore[arg-type]


async def test_what_is_linked_is_reached_to_the_depth_wished_for(
    site: Site, fetcher: Fetcher, frontier: Frontier, kept: Kept
) -> None:
    site.pages |= {"/": prose("apples", "/a", "b#part", "/image.png", "mailto:x@y.z", "https://elsewhere.example/")}
    site.pages |= {"/a": prose("pears", "/deep"), "/b": prose("plums", "/"), "/deep": prose("cherries", "/deeper")}
    site.pages |= {"/deeper": prose("quinces")}
    tally = await crawled(frontier, fetcher, kept, site.url(), depth=2)
    assert kept.paths() == ["/", "/a", "/b", "/deep"]
    assert (tally.indexed, tally.read) == (4, 4)
    links = kept.documents[site.url()].links
    assert [(link.target, link.anchor) for link in links][:2] == [
        (site.url("/a"), "to /a"),
        (site.url("/b"), "to b#part"),
    ]
    assert "/image.png" not in site.targets()
    assert kept.documents[site.url("/a")].document.title == "On pears"


async def test_what_robots_txt_disallows_is_never_asked_for(
    site: Site, fetcher: Fetcher, frontier: Frontier, kept: Kept
) -> None:
    site.pages["/robots.txt"] = Page("User-agent: pincite\nDisallow: /private\n", kind="text/plain")
    site.pages |= {"/": prose("apples", "/private/a", "/open"), "/open": moved("/private/b"), "/private/a": prose("x")}
    tally = await crawled(frontier, fetcher, kept, site.url())
    assert site.targets()[0] == "/robots.txt"
    assert not [target for target in site.targets() if target.startswith("/private")]
    assert tally.reasons["robots"] == 2
    assert kept.paths() == ["/"]


async def test_a_site_whose_rules_cannot_be_had_is_left_alone(
    site: Site, fetcher: Fetcher, frontier: Frontier, kept: Kept
) -> None:
    site.pages |= {"/robots.txt": Page("broken", 503), "/": prose("apples")}
    await crawled(frontier, fetcher, kept, site.url())
    assert site.targets() == ["/robots.txt"]
    assert frontier.progress()[0].states == {"waiting": 1}


async def test_lists_name_pages_that_nothing_links_to(
    site: Site, fetcher: Fetcher, frontier: Frontier, kept: Kept
) -> None:
    u = site.url
    site.pages |= {
        "/robots.txt": Page(f"Sitemap: {u('/maps.xml')}", kind="text/plain"),
        "/maps.xml": Page(f"<sitemapindex><sitemap><loc>{u('/map.xml')}</loc></sitemap></sitemapindex>"),
        "/map.xml": Page(f"<urlset><url><loc>{u('/mapped')}</loc></url></urlset>", kind="application/xml"),
        "/llms.txt": Page("# Us\n\n- [guide](/guide.md): all of it\n", kind="text/plain"),
        "/": prose("apples", head='<link rel="alternate" type="application/rss+xml" href="/feed">'),
        "/feed": Page(f"<rss><channel><item><link>{u('/news')}</link></item></channel></rss>"),
        "/mapped": prose("maps"), "/news": prose("news"),
        "/guide.md": Page("# The guide\n\nRead all of it.", kind="text/markdown"),
    }  # fmt: skip
    await crawled(frontier, fetcher, kept, u(), depth=1)
    assert kept.paths() == ["/", "/guide.md", "/mapped", "/news"]
    assert kept.documents[u("/guide.md")].headings[0].title == "The guide"


async def test_a_page_s_own_wishes_are_obeyed(site: Site, fetcher: Fetcher, frontier: Frontier, kept: Kept) -> None:
    site.pages |= {
        "/": prose("apples", "/noindex", "/header", "/nofollow", "/copy", '/x" rel="nofollow'),
        "/noindex": prose("figs", "/behind", head='<meta name="robots" content="noindex">'),
        "/header": Page(prose("grapes").body, headers={"x-robots-tag": "other: none, pincite: noindex"}),
        "/nofollow": prose("limes", "/unseen", head='<meta name="pincite" content="nofollow">'),
        "/copy": prose("lemons, once more", head='<link rel="canonical" href="/original">'),
        "/original": prose("lemons, once more"), "/behind": prose("dates"),
    }  # fmt: skip
    await crawled(frontier, fetcher, kept, site.url())
    assert kept.paths() == ["/", "/behind", "/nofollow", "/original"]
    assert not {"/unseen", "/x"} & set(site.targets())


async def test_the_same_text_is_indexed_once(site: Site, fetcher: Fetcher, frontier: Frontier, kept: Kept) -> None:
    site.pages |= {"/": prose("apples", "/a", "/b"), "/a": prose("pears"), "/b": prose("pears")}
    tally = await crawled(frontier, fetcher, kept, site.url())
    assert kept.paths() == ["/", "/a"]
    assert tally.reasons["duplicate"] == 1


async def test_data_is_no_page(site: Site, fetcher: Fetcher, frontier: Frontier, kept: Kept) -> None:
    site.pages |= {"/": prose("apples", "/api", "/feed"), "/api": Page('{"a": "pears"}', kind="application/json")}
    site.pages["/feed"] = Page("<rss><channel><title>Pears</title></channel></rss>", kind="application/rss+xml")
    await crawled(frontier, fetcher, kept, site.url())
    assert kept.paths() == ["/"]
    assert frontier.progress()[0].reasons["bad_type"] == 2


@pytest.mark.parametrize("old", [moved("/b"), Page("gone", 410)])
@pytest.mark.parametrize("before", [(), ("/b",)])
async def test_a_page_that_is_found_elsewhere_stays_in_the_index(
    site: Site, fetcher: Fetcher, frontier: Frontier, kept: Kept, old: Page, before: tuple[str, ...]
) -> None:
    site.pages |= {"/": prose("apples", "/a", *before), "/a": prose("same"), "/b": prose("same")}
    await crawled(frontier, fetcher, kept, site.url())
    assert kept.paths() == ["/", "/a"]
    site.pages |= {"/": prose("apples", "/b", "/a"), "/a": old}
    for _ in range(2):
        frontier.renew(1)
        await crawled(frontier, fetcher, kept, site.url())
    assert kept.paths() == ["/", "/b"]


async def test_a_seed_that_moves_takes_its_site_along(
    site: Site, fetcher: Fetcher, frontier: Frontier, kept: Kept
) -> None:
    async with serving("127.0.0.2") as other:
        site.pages["/"] = moved(other.url("/home"))
        other.pages |= {"/home": prose("apples", "/more"), "/more": prose("pears")}
        await crawled(frontier, fetcher, kept, site.url())
        assert sorted(kept.documents) == [other.url("/home"), other.url("/more")]


async def test_a_second_look_is_cheap_and_sees_what_changed(
    site: Site, fetcher: Fetcher, frontier: Frontier, kept: Kept
) -> None:
    def conditional(asked: Asked) -> Page:
        return Page(status=304) if asked.headers.get("if-none-match") == '"1"' else tagged

    tagged = Page(prose("pears").body, headers={"etag": '"1"'})
    site.pages |= {"/": prose("apples", "/same", "/gone"), "/same": conditional, "/gone": prose("plums")}
    await crawled(frontier, fetcher, kept, site.url(), every_s=1e-6)
    assert kept.paths() == ["/", "/gone", "/same"]
    site.pages["/"] = prose("golden apples", "/same", "/new")
    site.pages["/new"] = prose("quinces")
    del site.pages["/gone"]
    tally = await crawled(frontier, fetcher, kept, site.url(), every_s=1e-6)
    assert kept.paths() == ["/", "/new", "/same"]
    assert "golden" in kept.documents[site.url()].text
    assert (tally.indexed, tally.unchanged, tally.gone) == (2, 1, 1)


async def test_pages_that_are_due_are_looked_at_again_when_there_are_enough(
    site: Site, fetcher: Fetcher, frontier: Frontier, kept: Kept
) -> None:
    site.pages |= {f"/{n}": prose(f"apple{n}", f"/{n + 1}", f"/no-{n}") for n in range(9)}
    for _ in range(2):
        tally = await crawled(frontier, fetcher, kept, site.url("/0"), depth=99, pages=4, every_s=1e-6)
        assert tally.read == 4
        assert len(kept.documents) == 4
    tally = await crawled(frontier, fetcher, kept, site.url("/0"), depth=99, pages=6, every_s=1e-6)
    assert (tally.indexed, tally.unchanged) == (2, 4)


async def test_a_seed_that_looks_like_a_trap_is_read_and_its_links_are_followed(
    site: Site, fetcher: Fetcher, frontier: Frontier, kept: Kept
) -> None:
    site.pages |= {"/list?page=2": prose("apples", "/pear"), "/pear": prose("pears")}
    assert (await crawled(frontier, fetcher, kept, site.url("/list?page=2"))).indexed == 2


async def test_a_run_that_was_stopped_goes_on_where_it_was(
    site: Site, fetcher: Fetcher, frontier: Frontier, kept: Kept
) -> None:
    site.pages |= {f"/{n}": prose(f"apple number {n} of many", f"/{n + 1}") for n in range(30)}
    assert (await crawled(frontier, fetcher, kept, site.url("/0"), depth=99, pages=10)).indexed == 10
    crawl = Crawl(frontier, fetcher, QUICK, Wish(seeds=(site.url("/0"),), depth=99), kept)
    page = prose("apple number 15 of many", "/16")

    def stopping(_: Asked) -> Page:
        crawl.stop()
        return page

    site.pages["/15"] = stopping
    assert 5 <= (await crawl.run()).indexed < 20
    site.pages["/15"] = page
    await crawled(frontier, fetcher, kept, site.url("/0"), depth=99)
    assert len(kept.documents) == 30
    assert max(site.targets().count(f"/{n}") for n in range(30)) <= 2


async def test_an_error_of_the_index_ends_the_run_and_loses_nothing(
    site: Site, fetcher: Fetcher, frontier: Frontier, kept: Kept
) -> None:
    def full(originals: Sequence[Original], gone: Sequence[str]) -> None:
        raise DiskFull("full")

    site.pages |= {"/": prose("apples", "/a"), "/a": prose("pears")}
    with pytest.raises(DiskFull):
        await Crawl(frontier, fetcher, QUICK, Wish(seeds=(site.url(),)), full).run()
    await crawled(frontier, fetcher, kept, site.url())
    assert kept.paths() == ["/", "/a"]


async def test_a_host_has_one_connection_and_rests_between_requests(
    fetcher: Fetcher, frontier: Frontier, kept: Kept
) -> None:
    async with serving("127.0.0.2") as one, serving("127.0.0.3") as other:
        for site in (one, other):
            site.pages |= {f"/{n}": prose(f"{site.host} {n}", f"/{n + 1}") for n in range(8)}
        one.pages["/robots.txt"] = Page("User-agent: *\nCrawl-delay: 0.3", kind="text/plain")
        settings = CrawlSettings(delay_s=0.1, processes=0)
        await crawled(frontier, fetcher, kept, one.url("/0"), other.url("/0"), settings=settings, depth=9)
        for site, delay in ((one, 0.3), (other, 0.1)):
            times = [each.at for each in site.asked]
            assert min(later - before for before, later in pairwise(times)) >= delay
        assert len(kept.documents) == 16
        assert one.most_at_once == other.most_at_once == 1


async def test_a_rest_that_is_long_does_not_end_the_run(
    site: Site, fetcher: Fetcher, frontier: Frontier, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pincite.crawl.crawl.PATIENCE_S", 0.1)
    site.pages |= {f"/{n}": prose(f"lake {n}", f"/{n + 1}") for n in range(3)}
    site.pages["/robots.txt"] = Page("User-agent: *\nCrawl-delay: 0.4", kind="text/plain")
    await crawled(frontier, fetcher, kept, site.url("/0"), sitemap=False)
    assert kept.paths() == ["/0", "/1", "/2"]


async def test_what_fails_for_now_is_tried_again_later(
    site: Site, fetcher: Fetcher, frontier: Frontier, kept: Kept
) -> None:
    site.pages |= {"/": prose("apples", "/broken", "/dead"), "/broken": Page("later", 500)}
    tally = await crawled(frontier, fetcher, kept, site.url())
    progress = frontier.progress()[0]
    assert (progress.states["waiting"], progress.again) == (1, {"status_500": 1})
    assert (progress.states["failed"], progress.reasons) == (1, {"status_404": 1})  # no sitemap is no page less
    assert tally.reasons == {"status_404": 1}  # what waits may still come
    assert site.targets().count("/broken") == 1


async def test_a_host_that_is_too_busy_is_left_alone_for_as_long_as_it_says(
    site: Site, fetcher: Fetcher, frontier: Frontier, kept: Kept
) -> None:
    first = Page("slow down", 429, {"retry-after": "1"})
    site.pages |= {"/": prose("apples", "/busy", "/other"), "/other": prose("pears")}
    site.pages["/busy"] = lambda asked: first if site.targets().count("/busy") == 1 else prose("plums")
    await crawled(frontier, fetcher, kept, site.url(), sitemap=False)
    assert kept.paths() == ["/", "/busy", "/other"]
    times = [each.at for each in site.asked]
    refused = site.targets().index("/busy")
    assert times[refused + 1] - times[refused] >= 1


async def test_a_host_that_wants_a_long_rest_is_asked_nothing_more_this_time(
    site: Site, fetcher: Fetcher, frontier: Frontier, kept: Kept
) -> None:
    site.pages |= {"/": prose("apples", "/busy", "/other"), "/other": prose("pears")}
    site.pages["/busy"] = Page("later", 503, {"retry-after": "3600"})
    await crawled(frontier, fetcher, kept, site.url(), sitemap=False)
    assert (kept.paths(), site.targets()[-1]) == (["/"], "/busy")
    assert frontier.progress()[0].states["waiting"] == 2


async def test_a_page_that_sends_its_visitors_on_at_once_is_no_page_of_its_own(
    site: Site, fetcher: Fetcher, frontier: Frontier, kept: Kept
) -> None:
    site.pages["/"] = Page("<meta http-equiv=Refresh content=\"0; URL='/en/'\"><p>Click <a href=/x>here</a>")
    site.pages |= {"/en/": prose("apples", "/slow", "/self", "/scripts"), "/x": prose("nothing that is meant")}
    site.pages["/slow"] = prose("pears", head="<meta http-equiv=refresh content='60; url=/x'>")
    site.pages["/self"] = prose("plums", head="<meta http-equiv=refresh content='2'>")
    bare = "<noscript><meta http-equiv=refresh content='0; url=/x'></noscript>"
    site.pages["/scripts"] = prose("figs", head=bare)
    await crawled(frontier, fetcher, kept, site.url(), depth=1)
    assert kept.paths() == ["/en/", "/scripts", "/self", "/slow"]


async def test_a_page_that_has_moved_twice_is_reached(
    site: Site, fetcher: Fetcher, frontier: Frontier, kept: Kept
) -> None:
    site.pages |= {"/v1": moved("/v2"), "/v2": moved("/v3"), "/v3": prose("apples")}
    await crawled(frontier, fetcher, kept, site.url("/v1"), sitemap=False)
    assert kept.paths() == ["/v3"]


async def test_what_never_ends_is_left_soon_and_what_is_real_is_reached(
    site: Site, fetcher: Fetcher, frontier: Frontier, kept: Kept
) -> None:
    def endless(asked: Asked) -> Page:
        name, *rest = asked.target.strip("/").split("/")
        number = int(rest[-1]) if rest and rest[-1].isdigit() else 0
        links = " ".join(f'<a href="/{name}/{random.randrange(10**9)}">on</a>' for _ in range(9))
        return Page(f"<p>The {name} has nothing at number {number}. {links} <a href=/{name}/{number + 1}>next</a>")

    class Endless(dict[str, object]):
        def get(self, target: str, default: object = None) -> object:
            return super().get(target) or (endless if target.startswith(("/void", "/month")) else default)

    real = [f"/real-{a}" for a in "abcdefghij"]
    site.pages = Endless({path: prose(path, "/void/1", "/month/1", f"{path}?PHPSESSID=1") for path in real})  # type: ignore[assignment]
    site.pages["/"] = prose("apples", *real, "/many")
    site.pages["/many"] = Page("<p>many" + "".join(f"<a href=/void/x{n}>x</a>" for n in range(1500)))
    await crawled(frontier, fetcher, kept, site.url(), depth=50)
    assert set(real) <= set(kept.paths())
    fetched = [target for target in site.targets() if target.startswith(("/void", "/month"))]
    assert len(fetched) <= 8, fetched
    assert not [target for target in site.targets() if "PHPSESSID" in target]
