"""What address is meant? One parser (WHATWG's, by ada) for every URL that is ever compared, stored or fetched.

Two parsers that disagree about a host are how checks are walked past, so nothing else here takes URLs apart.
"""

from __future__ import annotations

from dataclasses import dataclass

from ada_url import URL

from pincite.errors import Unfetchable

MAX_CHARACTERS = 2048
"""Longer addresses are traps or data; browsers and servers draw the line near here."""
_PORTS = {"http:": 80, "https:": 443}


@dataclass(frozen=True)
class Address:
    """An address on the web, in the one spelling that is used for it. Without fragment, user and password."""

    url: str
    scheme: str
    """``http`` or ``https``."""
    host: str
    """ASCII, lower case; an IPv6 address without its brackets."""
    port: int
    target: str
    """Path and query, as they are sent."""

    @property
    def origin(self) -> str:
        """Scheme, host and port: whoever answers for the one answers for all of it."""
        usual = self.port == _PORTS[f"{self.scheme}:"]
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" if usual else f"{self.scheme}://{host}:{self.port}"


def joined(text: str, base: str | None = None) -> str:
    """What ``text`` means on the page ``base``, as a browser would understand it, without its fragment.

    Raises ``Unfetchable`` (``bad_url``).
    """
    try:
        # In what was parsed, # begins a fragment and nothing else.
        return str(URL(text, base=base).href).partition("#")[0]
    except (ValueError, UnicodeError):
        raise Unfetchable(f"{shown(text)} is no address", reason="bad_url", hint="check how it is written") from None


def parse(text: str, base: str | None = None) -> Address:
    """The parts of the address that ``text`` means on the page ``base``.

    Raises ``Unfetchable`` with the reason ``bad_url``, ``bad_scheme`` or ``credentials``.
    """
    url = URL(joined(text, base))
    if url.protocol not in _PORTS:
        raise Unfetchable(
            f"{shown(text)} begins with {url.protocol[:20]!r}", reason="bad_scheme", hint="only http and https are read"
        )
    if url.username or url.password:
        raise Unfetchable(
            f"an address at {url.hostname} carries a user's name or password",
            reason="credentials",
            hint="leave them out: pincite reads only what is public",
        )
    if len(url.href) > MAX_CHARACTERS:
        raise Unfetchable(
            f"{shown(url.href)} has {len(url.href):,} characters", reason="bad_url", hint=f"at most {MAX_CHARACTERS:,}"
        )
    scheme = url.protocol[:-1]
    host = url.hostname.removeprefix("[").removesuffix("]")
    return Address(url.href, scheme, host, int(url.port or _PORTS[url.protocol]), url.pathname + url.search)


def shown(url: str) -> str:
    """An address as messages show it: short, and without the query, which may hold a key."""
    bare = url.partition("?")[0]
    # Whatever stands before an @ may be a password, also in what is no proper address.
    head, at, tail = bare.rpartition("@")
    bare = f"{head.partition('//')[0]}//…@{tail}" if at else bare
    printable = "".join(c for c in bare if c.isprintable())
    return printable if len(printable) <= 120 else printable[:119] + "…"
