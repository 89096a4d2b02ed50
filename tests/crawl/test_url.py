"""One parser, a browser's, decides what an address is."""

from __future__ import annotations

import json
import lzma
from pathlib import Path

import pytest

from pincite.crawl.url import parse, shown
from pincite.errors import Unfetchable


def test_addresses_mean_what_browsers_take_them_for(shared_data: Path) -> None:
    with lzma.open(shared_data / "url-parsing" / "urltestdata.jsonl.xz", "rt", encoding="utf-8") as lines:
        cases = [json.loads(line) for line in lines]
    wrong = [case for case in cases if not _right(case)]
    assert len(cases) >= 400
    assert len(wrong) <= len(cases) * 0.01, wrong


def _right(case: dict[str, str]) -> bool:
    """The expected address without its fragment, or the expected refusal."""
    try:
        found = parse(case["input"], case["base"])
    except Unfetchable as problem:
        other = case.get("protocol") not in ("http:", "https:")
        named = bool(case.get("username") or case.get("password"))
        return bool(case.get("failure")) or (problem.reason == "bad_scheme" and other) or named
    if case.get("failure"):
        return False
    wanted = case["href"].partition("#")[0]
    target = case["pathname"] + case["search"]
    return (found.url, found.host, found.target) == (wanted, case["hostname"].strip("[]"), target)


def test_an_origin_is_scheme_host_and_port() -> None:
    assert parse("HTTP://Example.ORG:80/a?b#c").origin == "http://example.org"
    assert parse("https://example.org:8443").origin == "https://example.org:8443"
    assert parse("http://[::1]:8080/").origin == "http://[::1]:8080"


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("http://h/a?key=secret", "http://h/a"),
        ("http://me:secret@h/a", "http://…@h/a"),
        ("http://h/" + "a" * 300, "http://h/" + "a" * 110 + "…"),
        ("http://h/\x1b[31m", "http://h/[31m"),
    ],
)
def test_a_message_shows_no_more_of_an_address_than_it_may(url: str, wanted: str) -> None:
    assert shown(url) == wanted
