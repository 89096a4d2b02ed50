"""What does a page say after its scripts have run? An installed Chromium runs them, and reaches nothing on its own.

The page itself is what our transport fetched; Chromium is handed its bytes. What its scripts ask for goes out through
a ``Guard``, one a page, because Chromium is started without any other way out: no proxy for loopback left out, no
names resolved, no UDP. Pictures, styles, frames and downloads are not loaded; robots.txt of the page's site holds for
its scripts, too.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pincite.crawl import url as urls
from pincite.crawl.fetch import Fetcher, Response
from pincite.crawl.guard import Guard
from pincite.crawl.url import shown
from pincite.errors import BadSettings, MissingExtra, Unfetchable

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Page, Route

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""What the program is called, by where it comes from; first the one without a window that nobody sees."""
PAGES = frozenset({"text/html", "application/xhtml+xml"})
NOWHERE = "socks5://127.0.0.1:9"
"""The way out of what belongs to no page: port 9 discards, and nobody listens there."""
FLAGS = (
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",  # the same, as the headless shell calls it
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--no-first-run",
    "--js-flags=--max-old-space-size=512",
)
ASKED_FOR = frozenset({"script", "xhr", "fetch"})
"""What a page may load: whatever else it wants changes nothing about what it says."""
AT_ONCE = 4
"""Pages that are open at the same time: most of a page's time is waiting."""
LOADING = 0.8
"""The share of its time after which a page that still loads is taken as it is."""
TRAFFIC = 8
"""All that a page loads may be this many times ``fetch.max_mb``."""
_ABOUT_THE_SENDING = frozenset({"content-encoding", "content-length", "transfer-encoding", "connection", "keep-alive"})
_OF_THE_SHELL = _ABOUT_THE_SENDING | {"etag", "last-modified", "content-type"}
"""Headers that say nothing of a page after its scripts: what they load changes without it."""


class Chromium:
    """Inside ``async with`` a Chromium runs; each page has cookies, a cache and a guard of its own.

    One that died is started again for the next page.
    """

    def __init__(self, fetcher: Fetcher, *, program: str = "", render_s: float = 10.0) -> None:
        """``program`` is looked for where it is empty. ``render_s`` bounds the time of one page.

        Raises ``BadSettings`` where there is no Chromium, ``MissingExtra`` where what drives it is not installed.
        """
        self.fetcher, self.render_s = fetcher, render_s
        self._program = _found(program)
        try:
            from playwright.async_api import async_playwright
        except ImportError:
            raise MissingExtra(
                "running a page's scripts needs Playwright, which is not installed",
                hint="pip install 'pincite[chromium]'",
            ) from None
        self._playwright = async_playwright()
        self._browser: Browser | None = None
        self._starting = asyncio.Lock()
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def __aenter__(self) -> Chromium:
        self._driver = await self._playwright.start()
        try:
            await self.running()
        except BadSettings:
            await self._driver.stop()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._browser is not None:
            await self._browser.close()
        await self._driver.stop()

    async def running(self) -> Browser:
        """The browser. Raises ``BadSettings`` where it does not start."""
        from playwright.async_api import Error

        async with self._starting:
            if self._browser is None or not self._browser.is_connected():
                try:
                    self._browser = await self._driver.chromium.launch(
                        executable_path=self._program,
                        args=list(FLAGS),
                        proxy={"server": NOWHERE, "bypass": "<-loopback>"},
                        chromium_sandbox=not _is_root(),
                    )
                except Error as error:
                    raise BadSettings(
                        f"{self._program} does not start: {_line(error)}",
                        hint="crawl.chromium_path names another; Chromium's sandbox needs user namespaces",
                    ) from None
        return self._browser

    async def render(self, page: Response, allows: Callable[[str], bool]) -> Response:
        """The page as it is once its scripts have run and nothing is loaded any more, or its time is nearly over.

        A page without scripts is returned as it is. ``allows`` says which addresses of the page's origin its scripts
        may load. Raises ``Unfetchable`` (``not_rendered``) where scripts leave no page, or would not let go of it, and
        ``BadSettings`` where Chromium has died and does not start again.
        """
        if page.status != 200 or page.media_type not in PAGES or b"<script" not in page.body.lower():
            return page
        from playwright.async_api import Error

        settings = self.fetcher.settings
        guard = Guard(self.fetcher.wire, connect_s=settings.connect_s, max_bytes=int(TRAFFIC * settings.max_mb * 1e6))
        async with self._turns, guard:
            browser = await self.running()
            try:
                context = await browser.new_context(
                    proxy={"server": guard.url, "bypass": "<-loopback>"},
                    user_agent=self.fetcher.agent,
                    service_workers="block",
                    accept_downloads=False,
                )
                try:
                    async with asyncio.timeout(self.render_s):
                        html = await self._ran(context, page, allows)
                finally:
                    await context.close()
            except TimeoutError:
                raise _lost(page, f"its scripts did not pause for {self.render_s:g} s") from None
            except Error as error:
                raise _lost(page, _line(error)) from None
        kept = {name: value for name, value in page.headers.items() if name not in _OF_THE_SHELL}
        body = html.encode(errors="replace")  # scripts can make halves of characters
        return replace(page, headers={**kept, "content-type": "text/html; charset=utf-8"}, body=body)

    async def _ran(self, context: BrowserContext, page: Response, allows: Callable[[str], bool]) -> str:
        from playwright.async_api import TimeoutError as TooLate

        tab = await context.new_page()
        await context.route("**/*", _Door(page, allows))
        loop = asyncio.get_running_loop()
        ends = loop.time() + LOADING * self.render_s
        try:
            await tab.goto(page.url, wait_until="load", timeout=LOADING * self.render_s * 1000)
            await tab.wait_for_load_state("networkidle", timeout=max(1.0, (ends - loop.time()) * 1000))
        except TooLate:
            pass  # what is there by now is what it says
        most = int(self.fetcher.settings.max_mb * 1e6)
        html = await _html(tab, most)
        if len(html) > most:
            raise _lost(page, f"its scripts make more than {self.fetcher.settings.max_mb:g} MB of it")
        return html


class _Door:
    """Which requests of a page go on: its own is answered with what was fetched, scripts and data go to the guard."""

    def __init__(self, page: Response, allows: Callable[[str], bool]) -> None:
        self._page, self._allows = page, allows
        self._origin = urls.parse(page.url).origin
        self._handed = False

    async def __call__(self, route: Route) -> None:
        request = route.request
        if not self._handed and request.url == self._page.url:
            self._handed = True
            kept = {name: value for name, value in self._page.headers.items() if name not in _ABOUT_THE_SENDING}
            await route.fulfill(status=200, headers=kept, body=self._page.body)
        elif request.resource_type in ASKED_FOR and self._may(request.url):
            await route.continue_()
        elif request.is_navigation_request():
            await route.fulfill(status=204)  # an aborted one would put an error in the page's place
        else:
            await route.abort()

    def _may(self, url: str) -> bool:
        try:
            origin = urls.parse(url).origin
        except Unfetchable:
            return False
        return origin != self._origin or self._allows(url)


async def _html(tab: Page, most: int) -> str:
    """The page's elements, one character more than ``most`` at the most.

    Asked in a world of our own beside the page's scripts: what they have made of strings is not ours.
    """
    session: Any = await tab.context.new_cdp_session(tab)
    tree = await session.send("Page.getFrameTree")
    frame = tree["frameTree"]["frame"]["id"]
    world = await session.send("Page.createIsolatedWorld", {"frameId": frame, "worldName": "pincite"})
    found = await session.send(
        "Runtime.evaluate",
        {
            "expression": f"document.documentElement ? document.documentElement.outerHTML.slice(0, {most + 1}) : ''",
            "contextId": world["executionContextId"],
            "returnByValue": True,
        },
    )
    return str(found["result"].get("value", ""))


def _lost(page: Response, why: str) -> Unfetchable:
    return Unfetchable(f"{shown(page.url)} could not be run: {why}", reason="not_rendered")


def _line(error: Exception) -> str:
    """What a driver's error says in its first line; the others are a log."""
    return str(error).partition("\n")[0][:160]


def _found(program: str) -> str:
    path = shutil.which(program) if program else next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        what = f"crawl.chromium_path: there is no program {program}" if program else "no Chromium is installed"
        hint = "install it (Debian: apt-get install chromium-headless-shell), or name it in crawl.chromium_path"
        raise BadSettings(what, hint=hint)
    return path


def _is_root() -> bool:
    """Chromium refuses to sandbox what root started."""
    return hasattr(os, "geteuid") and os.geteuid() == 0
