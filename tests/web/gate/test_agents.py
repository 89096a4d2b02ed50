"""User agents in the form that browsers send them, and what a person is told."""

from __future__ import annotations

import pytest

from pincite.web.gate.agents import browser

MOZILLA = "Mozilla/5.0"
CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"
WEBKIT = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
IPHONE = f"(iPhone; CPU iPhone OS 18_7 like Mac OS X) {WEBKIT}"


@pytest.mark.parametrize(
    ("agent", "name", "system"),
    [
        (f"{MOZILLA} (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0", "Firefox", "Linux"),
        (f"{MOZILLA} (Android 15; Mobile; rv:153.0) Gecko/153.0 Firefox/153.0", "Firefox", "Android"),
        (f"{MOZILLA} {IPHONE} FxiOS/153.0 Mobile/15E148 Safari/605.1.15", "Firefox", "iPhone"),
        (f"{MOZILLA} (Windows NT 10.0; Win64; x64) {CHROME}", "Chrome", "Windows"),
        (f"{MOZILLA} (X11; CrOS x86_64 14541.0.0) {CHROME}", "Chrome", "ChromeOS"),
        (f"{MOZILLA} (Windows NT 10.0; Win64; x64) {CHROME} Edg/156.0.0.0", "Edge", "Windows"),
        (f"{MOZILLA} (Macintosh; Intel Mac OS X 10_15_7) {CHROME} OPR/140.0.0.0", "Opera", "macOS"),
        (f"{MOZILLA} {IPHONE} Version/18.7 Mobile/15E148 Safari/604.1", "Safari", "iPhone"),
        (f"{MOZILLA} (Macintosh; Intel Mac OS X 10_15_7) {WEBKIT} Version/18.6 Safari/605.1.15", "Safari", "macOS"),
        ("python-httpx/0.28.1", "python-httpx", ""),
        ("curl/8.14.1", "curl", ""),
        ("Mozilla/5.0 (compatible)", "", ""),
        ("", "", ""),
        ("<script>", "", ""),
    ],
)
def test_a_browser_is_told_in_words_that_its_owner_knows_again(agent: str, name: str, system: str) -> None:
    assert browser(agent) == (name, system)
