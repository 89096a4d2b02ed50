"""A page is read as its scripts leave it, and its scripts reach nothing that our own fetcher may not.

One Chromium for the module. What this process connects to is told by Python's audit hook; whether Chromium itself did,
by servers on an address that nobody may reach, TCP and UDP.
"""

from __future__ import annotations

import shutil
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Error
from tests.crawl.serving import Page, Site, serving
from tests.crawl.test_crawl import QUICK, Kept, prose
from tests.crawl.test_ssrf import connects as connects

from pincite.crawl.chromium import NAMES, Chromium
from pincite.crawl.crawl import Crawl
from pincite.crawl.fetch import Fetcher
from pincite.crawl.frontier import Frontier, Wish
from pincite.errors import BadSettings, MissingExtra, Unfetchable
from pincite.settings import FetchSettings

pytestmark = pytest.mark.asyncio(loop_scope="module")
INSTALLED = [name for name in NAMES if shutil.which(name)]
needs_chromium = pytest.mark.skipif(not INSTALLED, reason=f"none of {NAMES} is on the path")
LARGE = "<p hidden id=p></p><script>document.getElementById('p').append('x'.repeat(6e6))</script>"
FILLED = (
    "<html><body><main id=m>empty</main><script>fetch('/data').then(r => r.text())"
    ".then(t => { document.getElementById('m').innerHTML = t })</script>"
)


def anything(_: str) -> bool:
    return True


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser(request: pytest.FixtureRequest) -> AsyncIterator[Chromium]:
    """May reach all of loopback. Its time is ample: the machine may be busy."""
    fetcher = Fetcher(FetchSettings(allow_private=("127.0.0.0/8",)))
    async with Chromium(fetcher, program=getattr(request, "param", ""), render_s=300) as made:
        yield made
    await fetcher.aclose()


@pytest_asyncio.fixture(loop_scope="module")
async def fetcher() -> AsyncIterator[Fetcher]:
    made = Fetcher(FetchSettings())
    yield made
    await made.aclose()


@pytest_asyncio.fixture(loop_scope="module")
async def site() -> AsyncIterator[Site]:
    async with serving() as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def secret() -> AsyncIterator[Site]:
    async with serving("127.0.0.2") as made:
        made.pages["/s"] = Page("secret")
        yield made


@pytest.fixture
def stun() -> Iterator[socket.socket]:
    """Where a page's WebRTC would send datagrams to."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.bind(("127.0.0.2", 0))
        made.setblocking(False)
        yield made


async def rendered(browser: Chromium, url: str) -> str:
    return (await browser.render(await browser.fetcher.get(url), anything)).text()


@needs_chromium
async def test_a_page_is_what_its_scripts_have_made_of_it_and_loads_nothing_to_look_at(
    browser: Chromium, site: Site
) -> None:
    seen = "<link rel=stylesheet href=/a.css><img src=/b.png><iframe src=/c></iframe><video src=/d></video>"
    site.pages["/"] = Page(FILLED + seen, headers={"etag": '"1"', "x-robots-tag": "nofollow"})
    site.pages["/data"] = Page("<p>made by a script, not seen before</p>")
    page = await browser.render(await browser.fetcher.get(site.url()), anything)
    assert "<p>made by a script, not seen before</p>" in page.text()
    assert page.headers == {"x-robots-tag": "nofollow", "content-type": "text/html; charset=utf-8"}
    assert site.targets() == ["/", "/data"]
    assert {asked.headers["user-agent"] for asked in site.asked} == {browser.fetcher.agent}


@needs_chromium
async def test_what_robots_forbid_is_not_loaded_by_a_script_either(browser: Chromium, site: Site) -> None:
    site.pages["/"], site.pages["/data"] = Page(FILLED), Page("forbidden")
    page = await browser.render(await browser.fetcher.get(site.url()), lambda url: not url.endswith("/data"))
    assert "forbidden" not in page.text()
    assert site.targets() == ["/"]


@needs_chromium
async def test_a_page_without_scripts_is_left_as_it_came(browser: Chromium, site: Site) -> None:
    site.pages["/"] = Page("<p>plain</p>")
    site.pages["/t"] = Page("a text about <script>", kind="text/plain")
    for path in ("/", "/t"):
        page = await browser.fetcher.get(site.url(path))
        assert await browser.render(page, anything) is page


def evil(secret: Site, stun: socket.socket) -> Page:
    """Tries every way that a page has, and says how many it got around to trying."""
    url = secret.url("/s")
    rtc = (
        f"const p = new RTCPeerConnection({{iceServers: [{{urls: 'stun:127.0.0.2:{stun.getsockname()[1]}'}}]}});"
        " p.createDataChannel('a'); p.createOffer().then(o => p.setLocalDescription(o))"
    )
    tries = (
        f"fetch('{url}', {{mode: 'no-cors'}})",
        "fetch('/to', {mode: 'no-cors'})",
        f"fetch('http://localhost:{secret.port}/', {{mode: 'no-cors'}})",
        "fetch('http://169.254.169.254/', {mode: 'no-cors'})",
        f"new WebSocket('{url.replace('http', 'ws')}')",
        f"new EventSource('{url}')",
        f"navigator.sendBeacon('{url}', 'x')",
        f"window.open('{url}')",
        rtc,
        f"new Worker(URL.createObjectURL(new Blob([\"fetch('{url}', {{mode: 'no-cors'}})\"])))",
        f"onload = () => setTimeout(() => {{ location = '{url}' }})",
    )
    script = "".join(f"t(() => {{ {each} }});" for each in tries)
    return Page(
        f"<link rel=preconnect href='{url}'><link rel=dns-prefetch href='//x.example'>"
        f"<link rel=stylesheet href='{url}'><img src='{url}'><iframe src='{url}'></iframe><script src='{url}'></script>"
        f"<p id=n></p><script>let n = 0; const t = f => {{ try {{ f() }} catch {{}}"
        f" document.getElementById('n').textContent = 'tried ' + ++n }}; {script}</script>"
    )


@needs_chromium
@pytest.mark.parametrize("browser", INSTALLED, indirect=True)  # not all of them obey the same switches
async def test_no_script_reaches_a_private_address(
    browser: Chromium,
    site: Site,
    secret: Site,
    stun: socket.socket,
    connects: list[tuple[str, int]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    site.pages["/"] = evil(secret, stun)
    site.pages["/to"] = Page(status=302, headers={"location": secret.url("/s")})
    narrow = Fetcher(FetchSettings(allow_private=(f"127.0.0.1:{site.port}",)))
    with monkeypatch.context() as patch:
        patch.setattr(browser, "fetcher", narrow)
        assert "tried 11" in await rendered(browser, site.url())
    await narrow.aclose()
    assert set(connects) == {("127.0.0.1", site.port)}
    assert secret.most_at_once == 0
    with pytest.raises(BlockingIOError):
        stun.recv(1)
    # The same page, where the secret is none: what is refused above is really asked for.
    await rendered(browser, site.url())
    assert ("127.0.0.2", secret.port) in connects
    assert len(secret.asked) >= 3


@needs_chromium
async def test_scripts_that_never_end_are_given_up(
    browser: Chromium, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.pages["/"] = Page("<p>x</p><script>for (;;);</script>")
    monkeypatch.setattr(browser, "render_s", 1.0)
    with pytest.raises(Unfetchable, match="did not pause for 1 s") as caught:
        await rendered(browser, site.url())
    assert caught.value.reason == "not_rendered"


@needs_chromium
async def test_a_crawl_follows_links_made_by_scripts_and_reads_what_cannot_be_run_as_it_came(
    browser: Chromium, site: Site, tmp_path: Path
) -> None:
    site.pages["/"] = Page(FILLED)
    site.pages["/data"] = Page(str(prose("zebra", "/large", "/after").body))
    site.pages["/large"] = Page(str(prose("large").body) + LARGE)
    site.pages["/after"] = Page(str(prose("after").body) + "<script>document.title = 'ran \\ud800'</script>")
    kept, frontier = Kept(), Frontier(tmp_path / "crawl.sqlite3")
    crawl = Crawl(frontier, browser.fetcher, QUICK, Wish((site.url(),), depth=2), kept, browser=browser)
    tally = await crawl.run()
    frontier.close()
    assert kept.paths() == ["/", "/after", "/large"]
    assert "zebra" in kept.documents[site.url()].text
    assert kept.documents[site.url("/after")].document.title.startswith("ran")
    assert tally.reasons["not_rendered"] == 1


@needs_chromium
async def test_one_that_died_is_started_again(browser: Chromium, site: Site) -> None:
    site.pages["/"], site.pages["/data"] = Page(FILLED), Page("<p>again</p>")
    died = await browser.running()
    session = await died.new_browser_cdp_session()
    with pytest.raises(Error, match="closed"):
        await session.send("Browser.crash")
    assert "again" in await rendered(browser, site.url())
    assert await browser.running() is not died


async def test_what_is_missing_is_named_before_a_page_is_asked_for(
    fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(BadSettings, match=r"crawl\.chromium_path: there is no program no-such"):
        Chromium(fetcher, program="no-such")
    monkeypatch.setitem(sys.modules, "playwright.async_api", None)
    with pytest.raises(MissingExtra) as caught:
        Chromium(fetcher, program=sys.executable)
    assert "pincite[chromium]" in caught.value.hint
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BadSettings, match="no Chromium is installed"):
        Chromium(fetcher)


async def test_a_program_that_is_no_browser_does_not_start(fetcher: Fetcher) -> None:
    with pytest.raises(BadSettings, match="does not start"):
        async with Chromium(fetcher, program="false"):
            pass
