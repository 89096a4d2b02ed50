"""A page that a question led to is read as the crawler would, and so are its wishes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pytest

from pincite.crawl.fetch import Response
from pincite.errors import Unreadable
from pincite.ports import Deadline
from pincite.search.live.pages import Pages
from pincite.search.live.provider import Found
from pincite.types import Original

URL = "https://e.org/page"
PROSE = "<p>" + "Whales are mammals that live in the sea and breathe air at its surface. " * 8


@dataclass
class Sent:
    """A line on which one page comes, whatever is asked for."""

    body: str
    kind: str = "text/html"
    robots: str = ""

    async def get(self, url: str, *, accept: Sequence[str] | None = None, deadline: Deadline | None = None) -> Response:
        headers = {"content-type": f"{self.kind}; charset=utf-8", "x-robots-tag": self.robots}
        return Response(url, 200, headers, self.body.encode())


async def read(sent: Sent, published: date | None = None) -> tuple[Original, bool]:
    pages = Pages()
    original = await pages.read(Found(URL, "Found", published=published), sent, Deadline.after(5))
    return original, URL in pages.noindex


@pytest.mark.parametrize("said", ["max-image-preview:none", "max-snippet:-1, max-image-preview:none", "other: noindex"])
async def test_a_page_that_says_nothing_of_an_index_may_be_kept(said: str) -> None:
    assert not (await read(Sent(PROSE, robots=said)))[1]
    assert not (await read(Sent(f'<meta name="robots" content="{said}">{PROSE}')))[1]


@pytest.mark.parametrize("said", ["noindex", "nofollow, NOINDEX", "none"])
async def test_a_page_that_wants_into_no_index_is_known(said: str) -> None:
    assert (await read(Sent(PROSE, robots=said)))[1]
    assert (await read(Sent("# Text", "text/plain", robots=said)))[1]
    assert (await read(Sent(f'<meta name="robots" content="{said}">{PROSE}')))[1]
    assert (await read(Sent(f'<meta content="{said}" name="pincite">{PROSE}')))[1]


async def test_a_page_is_called_as_it_says_and_dated_as_the_provider_says() -> None:
    page = f'<title>On whales</title><meta property="article:published_time" content="2026-01-02">{PROSE}'
    document = (await read(Sent(page)))[0].document
    assert (document.title, document.url, document.collection) == ("On whales", URL, "web")
    assert document.published == date(2026, 1, 2)
    assert (await read(Sent(page), date(2025, 1, 1)))[0].document.published == date(2025, 1, 1)
    assert (await read(Sent(PROSE)))[0].document.title == "Found"
    with pytest.raises(Unreadable, match="no readable text"):
        await read(Sent("<script>run()</script>"))


async def test_a_text_in_markdown_has_its_headings_and_the_providers_title() -> None:
    original, _ = await read(Sent("Whales sing.\r\n\r\n## Songs\r\n```\r\n# no heading\r\n```\r\n", "text/markdown"))
    assert original.document.title == "Found"
    assert [(each.level, each.title) for each in original.headings] == [(2, "Songs")]
    assert original.text[original.headings[0].start :].startswith("## Songs\n")
