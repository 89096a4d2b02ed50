"""No address from the web, however it is spelt, redirected or resolved, opens a connection to a private machine.

The oracle is Python's audit hook: every ``connect`` of this process is recorded, whoever made it.
"""

from __future__ import annotations

import ipaddress
import json
import random
import socket
import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

import pytest
from tests.crawl.serving import Page, Site, moved, serving

from pincite.crawl.address import METADATA, Allowed, is_public, plain
from pincite.crawl.crawl import Crawl
from pincite.crawl.fetch import Fetcher
from pincite.crawl.frontier import Frontier, Wish
from pincite.crawl.url import parse
from pincite.errors import BadSettings, Unfetchable
from pincite.settings import CrawlSettings, FetchSettings

_connects: list[list[Any]] = []


def _hook(event: str, args: tuple[Any, ...]) -> None:
    if event == "socket.connect" and _connects and isinstance(args[1], tuple):
        _connects[-1].append(args[1][:2])


sys.addaudithook(_hook)


@pytest.fixture
def connects() -> Iterator[list[tuple[str, int]]]:
    """Addresses that were connected to."""
    _connects.append([])
    yield _connects[-1]
    _connects.pop()


PRIVATE = """
    127.0.0.1 127.1.2.3 0.0.0.0 0.1.2.3 10.0.0.1 172.16.0.1 172.31.255.255 192.168.0.1 169.254.169.254 169.254.170.2
    100.64.0.1 100.100.100.200 192.0.0.8 192.0.0.170 192.0.0.192 192.0.2.1 192.88.99.1 198.18.0.1 198.51.100.1
    203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 168.63.129.16
    :: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:a9fe:a9fe ::ffff:0:127.0.0.1 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe
    64:ff9b:1::7f00:1 100::1 2001::1 2001:0:7f00:1:: 2001:db8::1 2001:10::1 2001:20::1 2002:7f00:1:: 2002:a9fe:a9fe::
    3fff::1 fc00::1 fd00:ec2::254 fe80::1 fec0::1 ff02::1 ff0e::1 5f00::1
""".split()
PUBLIC = "1.1.1.1 93.184.216.34 8.8.8.8 2606:4700::1111 2a00:1450::1 ::ffff:1.1.1.1 64:ff9b::101:101".split()
SPELLINGS = """
    http://2130706433/ http://0x7f000001/ http://0x7f.1/ http://0177.0.0.1/ http://0177.0.0.01/ http://127.1/ http://0/
    http://①②⑦.⓪.⓪.①/ http://127。0。0。1/ http://127.0.0.1./ http://ⓛocalhost/ http://localhost/ http://localhost./
    http://LOCALHOST/ http://127.0.0.1\\@1.1.1.1/ http://1.1.1.1&@127.0.0.1/ http://[::]/ http://[::1]/
    http://[::ffff:127.0.0.1]/ http://[::ffff:7f00:1]/ http://[0:0:0:0:0:ffff:127.0.0.1]/ http://[64:ff9b::7f00:1]/
    http://[fe80::1%25eth0]/ http://%6c%6fcalhost/ http://%31%32%37.0.0.1/ http://127.0.0.1%2f@example.org/
    http:127.0.0.1 http:/127.0.0.1 http:\\\\127.0.0.1 http:///127.0.0.1 http://127.0.0.1:80 http://127.0.0.1:22
    https://127.0.0.1:443 http://127.0.0.1#@example.org/ http://example.org@127.0.0.1/ http://\t127.0.0.1/
    http://0x7f.0x0.0x0.0x1/ http://017700000001/ http://4294967295/ http://3232235777/ http://2852039166/
    http://0251.00376.000251.0000376/ http://[fd00:ec2::254]/ http://[::ffff:a9fe:a9fe]/ http://169.254.169.254/
""".split(" ")
SPELLINGS = [url for url in " ".join(SPELLINGS).replace("\n", " ").split(" ") if url]


@pytest.mark.parametrize("ip", PRIVATE)
def test_a_private_address_is_no_public_one(ip: str) -> None:
    assert not is_public(ipaddress.ip_address(ip))
    assert Allowed.of((80,), ()).refusal("example.org", 80, [ipaddress.ip_address(ip)])


@pytest.mark.parametrize("ip", PUBLIC)
def test_a_public_address_is_one(ip: str) -> None:
    assert is_public(ipaddress.ip_address(ip))
    assert Allowed.of((80,), ()).refusal("example.org", 80, [ipaddress.ip_address(ip)]) == ""


def hostile(shared_data: Path) -> list[str]:
    return [*(row["url"] for row in corpus(shared_data) if row["verdict"] == "block"), *SPELLINGS]


def corpus(shared_data: Path) -> list[dict[str, str]]:
    return list(map(json.loads, (shared_data / "ssrf" / "urls.jsonl").read_text(encoding="utf-8").splitlines()))


async def everything_private(host: str, port: int) -> list[str]:
    """The worst resolver: numbers in any spelling mean what C takes them for, and every name means this machine."""
    try:
        return [str(ipaddress.ip_address(host))]
    except ValueError:
        pass
    try:
        return [socket.inet_ntoa(socket.inet_aton(host))]
    except OSError:
        return ["127.0.0.1"]


async def refused(fetcher: Fetcher, url: str) -> str:
    for ask in (fetcher.get(url), fetcher.request("GET", url), fetcher.request("POST", url, json={})):
        with pytest.raises(Unfetchable) as caught:
            await ask
    return caught.value.reason


async def test_the_corpus_connects_to_nothing(shared_data: Path, connects: list[tuple[str, int]]) -> None:
    fetcher = Fetcher(FetchSettings(ports=(80, 443, 22, 2379)), resolve=everything_private)
    urls = hostile(shared_data)
    assert len(urls) >= 90
    reasons = {url: await refused(fetcher, url) for url in urls}
    assert set(reasons.values()) <= {"blocked_address", "bad_url", "bad_scheme", "credentials"}
    assert connects == []
    await fetcher.aclose()


async def test_the_corpus_behind_redirects_connects_to_the_redirector_alone(
    shared_data: Path, site: Site, connects: list[tuple[str, int]]
) -> None:
    allowed = f"127.0.0.1:{site.port}"
    fetcher = Fetcher(FetchSettings(allow_private=(allowed,)), resolve=everything_private)
    urls = [url for url in hostile(shared_data) if url.isprintable()]
    for depth in (1, 3):
        for url in urls:
            site.pages["/0"] = moved("/1" if depth > 1 else url)
            site.pages |= {f"/{n}": moved(f"/{n + 1}") for n in range(1, depth - 1)}
            if depth > 1:
                site.pages[f"/{depth - 1}"] = moved(url, 307)
            with pytest.raises(Unfetchable):
                await fetcher.get(site.url("/0"))
    assert set(connects) == {("127.0.0.1", site.port)}
    assert len(site.asked) >= len(urls) * 4
    await fetcher.aclose()


def words(seed: int) -> str:
    dice = random.Random(seed)
    return " ".join("".join(dice.choices("abcdefghij", k=6)) for _ in range(60))


async def test_a_crawl_follows_no_page_list_or_rule_into_a_private_network(
    shared_data: Path, site: Site, tmp_path: Path, connects: list[tuple[str, int]]
) -> None:
    urls = [url for url in hostile(shared_data) if url.isprintable()]
    listed = "".join(f"<url><loc>{escape(url)}</loc></url>" for url in urls)
    anchors = "".join(f'<a href="{escape(url)}">x</a>' for url in urls)
    heads = "".join(
        f'<link rel="canonical" href="{escape(url)}"><link rel="alternate" hreflang="de" href="{escape(url)}">'
        f'<link rel="alternate" type="application/rss+xml" href="{escape(url)}">'
        for url in urls
    )
    based = [f"/based-{n}" for n in range(len(urls))]
    site.pages = {
        "/robots.txt": Page("Sitemap: /map.xml\n" + "".join(f"Sitemap: {url}\n" for url in urls), kind="text/plain"),
        "/map.xml": Page(f"<urlset>{listed}</urlset>", kind="application/xml"),
        "/llms.txt": Page("".join(f"[x]({url})\n" for url in urls), kind="text/plain"),
        "/": Page(heads + anchors + "".join(f'<a href="{path}">x</a>' for path in based)),
    } | {
        path: Page(f'<base href="{escape(url)}"><p>{words(n)} <a href="page">x</a><a href="//{n}.example">y</a>')
        for n, (path, url) in enumerate(zip(based, urls, strict=True))
    }
    fetcher = Fetcher(
        FetchSettings(allow_private=(f"127.0.0.1:{site.port}",), ports=(80, 443, 22, 2379)), resolve=everything_private
    )
    frontier = Frontier(tmp_path / "crawl.sqlite3")
    wish = Wish((site.url(),), same_site=False)
    settings = CrawlSettings(delay_s=0, processes=0)
    tally = await Crawl(frontier, fetcher, settings, wish, lambda originals, gone: None).run()
    assert set(connects) == {("127.0.0.1", site.port)}
    assert set(based) <= set(site.targets())
    assert tally.reasons["blocked_address"] >= 20
    frontier.close()
    await fetcher.aclose()


async def test_a_name_that_changes_its_mind_is_judged_by_what_is_connected_to(
    site: Site, connects: list[tuple[str, int]]
) -> None:
    """DNS rebinding: public when looked up first, private a moment later, and the other way round."""
    for answers in (["1.1.1.1", "127.0.0.1"], ["127.0.0.1", "1.1.1.1"], ["::1", "127.0.0.1"]):
        left = iter(answers * 5)

        async def rebinding(host: str, port: int, left: Iterator[str] = left) -> list[str]:
            return [next(left)]

        fetcher = Fetcher(FetchSettings(ports=(site.port,), connect_s=0.3), resolve=rebinding)
        for _ in range(4):
            with pytest.raises((Unfetchable, ExceptionGroup)):  # conftest forbids 1.1.1.1, which is public
                await fetcher.get(site.url(host="rebinding.example"))
        await fetcher.aclose()
    assert {ip for ip, _ in connects} <= {"1.1.1.1"}
    assert site.asked == []


async def test_one_private_address_among_public_ones_is_enough_to_refuse(connects: list[tuple[str, int]]) -> None:
    async def mixed(host: str, port: int) -> list[str]:
        return ["1.1.1.1", "10.0.0.1"]

    fetcher = Fetcher(FetchSettings(), resolve=mixed)
    assert await refused(fetcher, "http://mixed.example/") == "blocked_address"
    assert connects == []
    await fetcher.aclose()


async def test_a_public_host_is_asked_on_web_ports_only() -> None:
    async def public(host: str, port: int) -> list[str]:
        return ["1.1.1.1"]

    fetcher = Fetcher(FetchSettings(), resolve=public)
    for port in (22, 25, 3306, 6379, 8080):
        assert await refused(fetcher, f"http://public.example:{port}/") == "blocked_address"
    await fetcher.aclose()


async def test_only_what_the_operator_listed_is_reached(connects: list[tuple[str, int]]) -> None:
    async with serving() as listed, serving() as other:
        listed.pages["/"], other.pages["/"] = Page("listed"), Page("other")

        async def loopback(host: str, port: int) -> list[str]:
            return ["127.0.0.1"]

        fetcher = Fetcher(FetchSettings(allow_private=(f"wiki.corp:{listed.port}",)), resolve=loopback)
        assert (await fetcher.get(listed.url(host="wiki.corp"))).text() == "listed"
        for url in (other.url(host="wiki.corp"), listed.url(host="evil.example"), listed.url()):
            assert await refused(fetcher, url) == "blocked_address"
        assert set(connects) == {("127.0.0.1", listed.port)}
        await fetcher.aclose()


@pytest.mark.parametrize("ip", sorted(map(str, METADATA)))
async def test_a_cloud_s_keys_are_out_of_reach_whatever_is_listed(ip: str, connects: list[tuple[str, int]]) -> None:
    async def cloud(host: str, port: int) -> list[str]:
        return [ip]

    fetcher = Fetcher(FetchSettings(allow_private=("0.0.0.0/0", "::/0", "cloud.example")), resolve=cloud)
    for host in ("cloud.example", f"[{ip}]" if ":" in ip else ip):
        assert await refused(fetcher, f"http://{host}/latest/") == "blocked_address"
    assert connects == []
    await fetcher.aclose()


async def test_nor_are_they_reached_by_an_address_that_was_configured(
    shared_data: Path, connects: list[tuple[str, int]]
) -> None:
    """Of an identity provider, or of a search service: a name may mean another machine by now."""
    fetcher = Fetcher(FetchSettings(), resolve=everything_private)
    urls = [url for url in hostile(shared_data) if await is_of_a_cloud(url)]
    assert len(urls) >= 15
    for url in urls:
        with pytest.raises(Unfetchable) as caught:
            await fetcher.request("GET", url, base_url=url)
        assert caught.value.reason == "blocked_address", url
    assert connects == []
    await fetcher.aclose()


async def is_of_a_cloud(url: str) -> bool:
    """Whether the worst resolver takes an address that can be asked for to where keys are handed out."""
    try:
        address = parse(url)
    except Unfetchable:
        return False
    return any(
        plain(ipaddress.ip_address(ip)) in METADATA for ip in await everything_private(address.host, address.port)
    )


async def test_ordinary_addresses_are_let_through(shared_data: Path) -> None:
    async def public(host: str, port: int) -> list[str]:
        raise PassedError if port in (80, 443) else OSError

    class PassedError(RuntimeError):
        pass

    fetcher = Fetcher(FetchSettings(), resolve=public)
    allowed = [row["url"] for row in corpus(shared_data) if row["verdict"] == "allow"]
    for url in allowed:
        with pytest.raises(PassedError):
            await fetcher.get(url)
    assert len(allowed) >= 80
    await fetcher.aclose()


def test_a_list_that_makes_no_sense_is_a_wrong_setting() -> None:
    with pytest.raises(BadSettings, match=r"10\.0\.0\.0/99"):
        Allowed.of((), ("10.0.0.0/99",))
