"""Which browser is that? A User-Agent header in words that its owner knows again: ``Firefox`` on ``Linux``.

Browsers have frozen most of what they say there, so a few words are all there is to be known; they name each other for
old pages' sake, so the order counts. What is no browser is called by the name that it gives itself.
"""

from __future__ import annotations

import re

_BROWSERS = (
    (r"Edg(?:e|A|iOS)?/", "Edge"),
    (r"OPR/|OPiOS/|OPT/", "Opera"),
    (r"SamsungBrowser/", "Samsung Internet"),
    (r"Vivaldi/", "Vivaldi"),
    (r"YaBrowser/", "Yandex"),
    (r"Firefox/|FxiOS/", "Firefox"),
    (r"Chrome/|CriOS/|Chromium/", "Chrome"),
    (r"Version/[\d.]+ .*Safari/", "Safari"),
)
_SYSTEMS = (
    (r"iPhone|iPod", "iPhone"),
    (r"iPad", "iPad"),
    (r"Android", "Android"),
    (r"Windows", "Windows"),
    (r"CrOS", "ChromeOS"),
    (r"Mac OS X|Macintosh", "macOS"),
    (r"Linux|X11", "Linux"),
)
_OWN_NAME = re.compile(r"[A-Za-z][\w.+-]{1,39}")


def browser(agent: str) -> tuple[str, str]:
    """(name, system); either is empty where ``agent`` does not tell it. An iPad may call itself a Mac."""
    system = _first(_SYSTEMS, agent)
    name = _first(_BROWSERS, agent)
    if not name and not agent.startswith("Mozilla/") and (own := _OWN_NAME.match(agent)):
        name = own[0]
    return name, system


def _first(rules: tuple[tuple[str, str], ...], agent: str) -> str:
    return next((name for pattern, name in rules if re.search(pattern, agent)), "")
