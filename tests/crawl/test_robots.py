"""A site's rules are obeyed as RFC 9309 has it, also when they can't be had."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pincite.crawl.robots import Rules, rules, without
from pincite.errors import Unfetchable


def test_every_case_of_the_parser_tests_is_decided_rightly(shared_data: Path) -> None:
    lines = (shared_data / "robots" / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    cases = [case for case in map(json.loads, lines) if not case["google_only"]]
    assert len(cases) >= 50
    wrong = [
        case for case in cases if rules(case["robots"].encode()).allows(case["url"], case["agent"]) != case["allowed"]
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("reason", "allowed"),
    [
        ("status_404", True), ("status_403", True), ("status_410", True), ("redirects", True),
        ("status_429", False), ("status_500", False), ("status_503", False), ("timeout", False),
        ("unreachable", False), ("unknown_host", False), ("bad_certificate", False), ("blocked_address", False),
    ],
)  # fmt: skip
def test_rules_that_did_not_come_mean_what_the_standard_says(reason: str, allowed: bool) -> None:
    found = without(Unfetchable("", reason=reason))
    assert found.allows("http://example.org/x") is allowed
    assert (found.kept_s >= 24 * 3600) is allowed


def test_how_slowly_a_site_wants_to_be_read_is_known() -> None:
    assert Rules("User-agent: *\nCrawl-delay: 2.5").delay_s == 2.5
    assert Rules("User-agent: *\nRequest-rate: 1/10").delay_s == 10
    assert Rules("User-agent: other\nCrawl-delay: 9").delay_s == 0
    assert Rules("User-agent: pincite\nCrawl-delay: 3\n\nUser-agent: *\nCrawl-delay: 9").delay_s == 3


def test_what_comes_after_the_first_500_kib_is_not_read() -> None:
    long = b"User-agent: *\n" + b"#" + b"x" * 512_000 + b"\nDisallow: /\n"
    assert rules(long).allows("http://example.org/")
    assert not rules(b"\xef\xbb\xbfUser-agent: *\nDisallow: /\n").allows("http://example.org/")


def test_where_the_sitemaps_are_is_known() -> None:
    assert Rules("Sitemap: https://example.org/a.xml\nsitemap: /b.xml").sitemaps[0] == "https://example.org/a.xml"
