"""``pincite crawl`` brings a site in, can be stopped, goes on, and says what it did."""

from __future__ import annotations

import json
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tests.cli.conftest import Cli, command, environment
from tests.crawl.test_crawl import prose

ALLOWED = ("--set", "fetch.allow_private=127.0.0.0/8", "--set", "crawl.delay_s=0")


class Site(ThreadingHTTPServer):
    """Pages by path, served from a thread."""

    pages: dict[str, bytes]
    delay_s = 0.0

    def url(self, path: str = "/") -> str:
        return f"http://127.0.0.1:{self.server_port}{path}"


class _Handler(BaseHTTPRequestHandler):
    server: Site
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        time.sleep(self.server.delay_s)
        body = self.server.pages.get(self.path)
        self.send_response(500 if body == b"broken" else 200 if body is not None else 404)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.send_header("content-length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def site() -> Iterator[Site]:
    with Site(("127.0.0.1", 0), _Handler) as made:
        made.pages = {f"/{n or ''}": str(prose(f"zebra{n}", f"/{n + 1}").body).encode() for n in range(12)}
        thread = threading.Thread(target=made.serve_forever, args=(0.05,))
        thread.start()
        yield made
        made.shutdown()
        thread.join()


def test_a_site_comes_in_and_can_be_asked_about(fresh: Cli, site: Site, tmp_path: Path) -> None:
    done = fresh("crawl", site.url(), "--depth", "20", "--no-wait", "--to", str(tmp_path / "z.warc.gz"), *ALLOWED)
    assert done.returncode == 0, done.stderr
    assert "12 pages new or changed" in done.stderr
    found = json.loads(fresh("search", "zebra7", "--json").stdout)
    assert site.url("/7") in json.dumps(found)
    standing = json.loads(fresh("crawl", "status", "--json").stdout)[0]
    assert standing["seeds"] == [site.url()]
    assert standing["states"]["done"] >= 12
    again = fresh("crawl", site.url(), "--depth", "20", "--no-wait", *ALLOWED)
    assert "0 pages new or changed, 12 unchanged" in again.stderr
    source = ("--from", str(tmp_path / "z.warc.gz"), "--collection", "archive")
    archived = fresh("crawl", *source, "--no-wait", "--processes", "2")
    assert "12 new documents of 12 pages" in archived.stderr
    (tmp_path / "cut.warc.gz").write_bytes((tmp_path / "z.warc.gz").read_bytes()[:-100])
    cut = fresh("crawl", "--from", str(tmp_path / "cut.warc.gz"), "--collection", "cut", "--no-wait")
    assert "ends in the middle" in cut.stderr
    assert cut.returncode == 1
    assert json.loads(fresh("search", "zebra2", "--collection", "cut", "--json").stdout)
    assert "forgot crawl 1" in fresh("crawl", "forget", "1").stderr
    assert json.loads(fresh("crawl", "status", "--json").stdout) == []


def test_what_is_known_and_did_not_come_is_told(fresh: Cli, site: Site) -> None:
    done = fresh("crawl", site.url(), "--pages", "3", "--no-wait", *ALLOWED)
    assert "1 known page left out by --pages 3" in done.stderr
    site.pages = {"/": str(prose("zebra", "/down").body).encode(), "/down": b"broken"}
    fresh("crawl", "forget", "1")
    done = fresh("crawl", site.url(), "--no-wait", *ALLOWED)
    assert "1 known page still to come (not there yet: 1 status_500)" in done.stderr
    assert "run the same command again in " in done.stderr
    assert "once more  1 status_500" in fresh("crawl", "status").stdout


@pytest.mark.parametrize(
    ("page", "said", "hint"),
    [
        (b"<div id=app></div><script>x</script>", "what came has no text", "--chromium runs them"),
        (b"<meta name=robots content=noindex><p>Secret words", "wants to be in no index", "ask whoever"),
        (None, "/: the server said 404", "status"),
    ],
)
def test_a_crawl_that_brought_nothing_says_why(
    fresh: Cli, site: Site, page: bytes | None, said: str, hint: str
) -> None:
    site.pages = {} if page is None else {"/": page}
    done = fresh("crawl", site.url(), "--no-wait", *ALLOWED)
    assert done.returncode == 1
    assert said in done.stderr
    assert hint in done.stderr


def test_a_crawl_that_robots_txt_forbids_says_so(fresh: Cli, site: Site) -> None:
    site.pages["/robots.txt"] = b"User-agent: *\nDisallow: /"
    assert "robots.txt wants no crawlers" in fresh("crawl", site.url(), "--no-wait", *ALLOWED).stderr


def test_a_chromium_that_is_not_there_is_named_before_anything_is_fetched(fresh: Cli) -> None:
    where = ("--set", "crawl.chromium_path=/no/such/chromium")
    done = fresh("crawl", "http://127.0.0.1:1/", "--chromium", "--no-wait", *where, *ALLOWED)
    assert done.returncode != 0
    assert "there is no program /no/such/chromium" in done.stderr
    assert "apt-get install chromium" in done.stderr
    assert json.loads(fresh("crawl", "status", "--json").stdout) == []


def test_ctrl_c_keeps_what_came_and_the_same_command_goes_on(fresh: Cli, site: Site, data_dir: Path) -> None:
    site.delay_s = 0.15
    words = command("crawl", site.url(), "--depth", "20", "--no-wait", *ALLOWED)
    with subprocess.Popen(words, env=environment(data_dir), stderr=subprocess.PIPE, text=True) as running:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not _documents(fresh):
            time.sleep(0.1)
        running.send_signal(signal.SIGINT)
        said = running.communicate(timeout=60)[1]
    assert running.returncode == 130, said
    assert "run the same command again" in said
    assert 0 < _documents(fresh) < 12
    site.delay_s = 0
    assert fresh("crawl", site.url(), "--depth", "20", "--no-wait", *ALLOWED).returncode == 0
    assert _documents(fresh) == 12


def _documents(fresh: Cli) -> int:
    return int(json.loads(fresh("index", "status", "--json").stdout)["documents"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["http://127.0.0.1:9/"], "is inside a private network or on this machine"),
        (["ftp://example.org/"], "only http and https"),
        (["http://example.org/", "--every", "soon"], "such as 30m"),
        (["--from", "/nowhere.warc"], "can't be read"),
        ([], "no URL"),
    ],
)
def test_what_cannot_be_crawled_is_explained(fresh: Cli, words: list[str], said: str) -> None:
    done = fresh("crawl", *words, "--no-wait")
    assert done.returncode in (1, 2)
    assert said in done.stderr
