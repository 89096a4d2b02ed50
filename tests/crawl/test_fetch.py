"""Whatever a server does, the fetcher gives the page or says in a word why not, within its bounds."""

from __future__ import annotations

import asyncio
import gzip
import resource
import ssl
import subprocess
import time
import zlib
from email.utils import formatdate
from pathlib import Path

import pytest
from tests.crawl.serving import Asked, Page, Site, moved, serving

from pincite.crawl.fetch import Fetcher
from pincite.errors import Unfetchable
from pincite.ports import Deadline
from pincite.settings import FetchSettings

LOOPBACK = ("127.0.0.0/8",)


async def reason(fetcher: Fetcher, url: str, **how: object) -> str:
    with pytest.raises(Unfetchable) as caught:
        await fetcher.get(url, **how)  # type: ignore[arg-type]
    assert caught.value.detail
    return caught.value.reason


async def test_a_page_comes_with_its_headers_and_says_who_asked(site: Site, fetcher: Fetcher) -> None:
    site.pages["/a"] = Page("<p>Grüße</p>", headers={"etag": '"1"'})
    got = await fetcher.get(site.url("/a#part"))
    assert (got.text(), got.url, got.headers["etag"], got.hops) == ("<p>Grüße</p>", site.url("/a"), '"1"', ())
    asked = site.asked[0].headers
    assert asked["user-agent"].startswith("pincite/")
    assert asked["user-agent"].endswith("(+https://example.org/bot)")
    assert asked["host"] == f"127.0.0.1:{site.port}"
    assert asked["accept-encoding"] == "gzip, deflate"
    assert "cookie" not in asked


@pytest.mark.parametrize("pack", ["gzip", "deflate", "bare deflate", "two gzip members"])
async def test_a_packed_page_is_unpacked(site: Site, fetcher: Fetcher, pack: str) -> None:
    text = b"<p>" + b"words " * 3000
    bare = zlib.compressobj(wbits=-15)
    body = {
        "gzip": gzip.compress(text),
        "deflate": zlib.compress(text),
        "bare deflate": bare.compress(text) + bare.flush(),
        "two gzip members": gzip.compress(text[:100]) + gzip.compress(text[100:]),
    }[pack]
    site.pages["/"] = Page(body, headers={"content-encoding": "deflate" if "deflate" in pack else "gzip"})
    assert (await fetcher.get(site.url())).body == text


async def test_a_bomb_costs_no_memory(site: Site, fetcher: Fetcher) -> None:
    packer = zlib.compressobj(9, wbits=31)
    zeros = bytes(1 << 20)
    body = b"".join(packer.compress(zeros) for _ in range(512)) + packer.flush()
    assert len(body) < 1_000_000
    site.pages["/"] = Page(body, headers={"content-encoding": "gzip"})
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert await reason(fetcher, site.url()) == "too_large"
    assert await reason(fetcher, site.url(), max_bytes=1 << 30) == "too_large"  # by its ratio
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000  # KiB


async def test_what_is_too_large_is_refused_by_its_length_and_without_one(site: Site, fetcher: Fetcher) -> None:
    async def endless(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"x" * 65536)
            await writer.drain()

    site.pages |= {"/said": Page("x" * 6_000_000), "/endless": endless}
    assert await reason(fetcher, site.url("/said")) == "too_large"
    assert await reason(fetcher, site.url("/endless")) == "too_large"
    cut = await fetcher.get(site.url("/said"), max_bytes=1000, truncate=True)
    assert cut.body == b"x" * 1000


async def test_what_is_no_text_is_not_downloaded(site: Site, fetcher: Fetcher) -> None:
    site.pages["/"] = Page(b"\x89PNG", kind="image/png")
    assert await reason(fetcher, site.url()) == "bad_type"
    assert (await fetcher.get(site.url(), accept=None)).body == b"\x89PNG"
    site.pages["/"] = Page(b"x", headers={"content-encoding": "br"})
    assert await reason(fetcher, site.url()) == "bad_encoding"


async def test_an_unchanged_page_is_not_sent_again(site: Site, fetcher: Fetcher) -> None:
    def conditional(asked: Asked) -> Page:
        return Page(status=304, headers={"etag": '"7"'}) if asked.headers.get("if-none-match") == '"7"' else Page("new")

    site.pages["/"] = conditional
    assert (await fetcher.get(site.url())).status == 200
    again = await fetcher.get(site.url(), etag='"7"', last_modified="Mon, 23 Nov 2026 00:00:00 GMT")
    assert (again.status, again.body) == (304, b"")
    assert site.asked[1].headers["if-modified-since"].startswith("Mon")


async def test_redirects_are_followed_by_hand_and_counted(site: Site, fetcher: Fetcher) -> None:
    site.pages |= {f"/{n}": moved(f"/{n + 1}") for n in range(9)} | {"/5": Page("here"), "/loop": moved("/loop")}
    got = await fetcher.get(site.url("/0"))
    assert (got.text(), len(got.hops), got.hops[0], got.url) == ("here", 5, site.url("/0"), site.url("/5"))
    site.pages["/5"] = moved("/6")
    assert await reason(fetcher, site.url("/0")) == "redirects"
    assert await reason(fetcher, site.url("/loop")) == "redirects"
    alone = await fetcher.get(site.url("/0"), redirects=0)
    assert (alone.status, alone.location) == (302, site.url("/1"))


async def test_a_redirect_to_other_letters_is_understood(site: Site, fetcher: Fetcher) -> None:
    async def raw(writer: asyncio.StreamWriter) -> None:
        writer.write("HTTP/1.1 302 Found\r\nlocation: /größe\r\ncontent-length: 0\r\n\r\n".encode())

    site.pages |= {"/": raw, "/gr%C3%B6%C3%9Fe": Page("big")}
    assert (await fetcher.get(site.url())).text() == "big"


async def test_headers_of_ours_stay_with_the_first_origin(site: Site, fetcher: Fetcher) -> None:
    async with serving() as other:
        site.pages["/"] = moved(other.url("/x"))
        other.pages["/x"] = Page("there")
        await fetcher.get(site.url(), headers={"authorization": "Bearer canary"})
        assert site.asked[0].headers["authorization"] == "Bearer canary"
        assert "authorization" not in other.asked[0].headers


async def test_an_api_is_asked_once_and_a_key_goes_nowhere_else(site: Site) -> None:
    fetcher = Fetcher(FetchSettings())  # nothing private is allowed
    site.pages |= {"/search": Page('{"a": 1}', kind="application/json"), "/moved": moved("http://127.0.0.1:1/")}
    try:
        got = await fetcher.request(
            "POST", site.url("/search"), base_url=site.url(), headers={"X-Key": "canary"}, json={"q": "é"}
        )
        assert got.json() == {"a": 1}
        assert (site.asked[0].body, site.asked[0].headers["x-key"]) == ('{"q": "é"}'.encode(), "canary")
        assert (await fetcher.request("GET", site.url("/moved"), base_url=site.url())).status == 302
        assert (await fetcher.request("GET", site.url("/none"), base_url=site.url())).status == 404
        # The trusted connection is still open; nobody without trust may use it.
        for ask in (fetcher.get(site.url("/search")), fetcher.request("GET", site.url("/search"))):
            with pytest.raises(Unfetchable) as caught:
                await ask
            assert caught.value.reason == "blocked_address"
    finally:
        await fetcher.aclose()


async def test_an_error_never_shows_a_query_or_a_password(site: Site, fetcher: Fetcher) -> None:
    for url in (site.url("/none?key=canary"), "http://me:canary@127.0.0.1/", "http://me:canary@[/", "foo://a:canary@b"):
        with pytest.raises(Unfetchable) as caught:
            await fetcher.get(url)
        assert "canary" not in caught.value.detail + caught.value.hint


@pytest.mark.parametrize(
    ("status", "wanted"), [(404, "status_404"), (500, "status_500"), (206, "status_206"), (204, "status_204")]
)
async def test_a_status_that_is_no_success_is_an_error(site: Site, fetcher: Fetcher, status: int, wanted: str) -> None:
    site.pages["/"] = Page("no", status, {"content-length": ""} if status == 204 else {})
    assert await reason(fetcher, site.url()) == wanted


async def test_how_long_to_wait_is_passed_on(site: Site, fetcher: Fetcher) -> None:
    site.pages["/"] = Page("slow down", 429, {"retry-after": "17"})
    with pytest.raises(Unfetchable) as caught:
        await fetcher.get(site.url())
    assert (caught.value.reason, caught.value.retry_after_s) == ("status_429", 17)


async def test_how_long_to_wait_may_be_a_moment(site: Site, fetcher: Fetcher) -> None:
    for later, least, most in ((90, 85, 90), (-90, 0, 0)):
        site.pages["/"] = Page("later", 503, {"retry-after": formatdate(time.time() + later, usegmt=True)})
        with pytest.raises(Unfetchable) as caught:
            await fetcher.get(site.url())
        assert caught.value.retry_after_s is not None
        assert least <= caught.value.retry_after_s <= most
    site.pages["/"] = Page("later", 503, {"retry-after": "soon"})
    with pytest.raises(Unfetchable) as caught:
        await fetcher.get(site.url())
    assert caught.value.retry_after_s is None


async def test_a_slow_server_is_left_in_time(site: Site) -> None:
    async def silent(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(30)

    async def drip(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.02)

    async def drip_head(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while not writer.is_closing():
            writer.write(b"x: y\r\n")
            await writer.drain()
            await asyncio.sleep(0.02)

    site.pages |= {"/silent": silent, "/drip": drip, "/head": drip_head}
    settings = FetchSettings(allow_private=LOOPBACK, connect_s=0.2, first_byte_s=0.2, total_s=0.8)
    fetcher = Fetcher(settings)
    try:
        for path in ("/silent", "/drip", "/head"):
            began = time.monotonic()
            assert await reason(fetcher, site.url(path)) == "timeout"
            assert time.monotonic() - began < 1.5
        began = time.monotonic()
        assert await reason(fetcher, site.url("/drip"), deadline=Deadline.after(0.1)) == "timeout"
        assert time.monotonic() - began < 0.7
    finally:
        await fetcher.aclose()


async def test_what_is_no_http_is_named(site: Site, fetcher: Fetcher) -> None:
    async def nonsense(writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-OpenSSH_9.9\r\n\r\n")

    async def cut(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 1000\r\n\r\nhalf")

    site.pages |= {"/ssh": nonsense, "/cut": cut, "/packed": Page(b"no gzip", headers={"content-encoding": "gzip"})}
    assert await reason(fetcher, site.url("/ssh")) == "garbled"
    assert await reason(fetcher, site.url("/cut")) == "cut"
    assert await reason(fetcher, site.url("/packed")) == "garbled"
    async with serving() as gone:
        pass
    assert await reason(fetcher, gone.url()) == "unreachable"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 and its key, in one file."""
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    made = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=pincite.test -addext subjectAltName=IP:127.0.0.1"
    command = ["openssl", *made.split(), "-keyout", "-", "-out", "-"]
    file.write_bytes(subprocess.run(command, check=True, capture_output=True).stdout)
    return file


async def test_who_a_server_is_must_be_proven(certificate: Path) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    known = ssl.create_default_context(cafile=str(certificate))
    settings = FetchSettings(allow_private=(*LOOPBACK, "localhost"))
    careful, trusting = Fetcher(settings), Fetcher(settings, ssl_context=known)
    try:
        async with serving(tls=context) as site:
            site.pages["/"] = Page("secret")
            assert await reason(careful, site.url()) == "bad_certificate"
            assert await reason(trusting, site.url(host="localhost")) == "bad_certificate"  # it is for 127.0.0.1
            assert site.asked == []
            assert (await trusting.get(site.url())).text() == "secret"
    finally:
        await careful.aclose()
        await trusting.aclose()


async def test_a_connection_that_died_while_it_was_idle_is_no_failure(site: Site, fetcher: Fetcher) -> None:
    async def once(writer: asyncio.StreamWriter) -> None:
        writer.write(Page("x").raw())  # says it stays open, and closes

    site.pages["/"] = once
    for _ in range(5):
        assert (await fetcher.get(site.url())).text() == "x"


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("", "bad_url"),
        ("no url", "bad_url"),
        ("/path", "bad_url"),
        ("http://", "bad_url"),
        ("http://exa mple.org/", "bad_url"),
        ("http://[::1", "bad_url"),
        ("http://h/" + "x" * 3000, "bad_url"),
        ("ftp://example.org/", "bad_scheme"),
        ("file:///etc/passwd", "bad_scheme"),
        ("javascript:alert(1)", "bad_scheme"),
        ("http://me@example.org/", "credentials"),
    ],
)
async def test_what_is_no_address_is_not_asked_for(fetcher: Fetcher, url: str, wanted: str) -> None:
    assert await reason(fetcher, url) == wanted
