"""Which site is named here, and which language? The one spelling of a host's and a language's name, however it came."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

LANGUAGES = frozenset(
    """aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en
    eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka
    kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl
    nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw
    ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu""".split()
)
"""ISO 639-1."""

_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)*")
_IPV6 = re.compile(r"[0-9a-f.]*:[0-9a-f.]*:[0-9a-f:.]*")


def host(text: str) -> str:
    """The host that an address or a name in any spelling is about: no scheme, port, path, ``*.`` or ``www.``.

    What names none comes back as it is, but for blanks around it; so does a host in this spelling.
    """
    bare = text.strip()
    if _IPV6.fullmatch(bare.lower()):
        return bare.lower()
    try:
        parts = urlsplit(bare if "//" in bare else f"//{bare}")
        found = (parts.hostname or "") if parts.port != 0 and not parts.netloc.endswith(":") else ""
    except ValueError:
        return bare
    found = found.removeprefix("*.").strip(".")
    while found.startswith("www.") and "." in found[4:]:
        found = found[4:].strip(".")
    return found if is_host(found) else bare


def is_host(name: str) -> bool:
    """Whether ``host`` made a host of it."""
    return len(name) <= 253 and bool(_HOST.fullmatch(name) or _IPV6.fullmatch(name))


def within(host: str, sites: Iterable[str]) -> bool:
    """Whether the host is one of the sites, or below one."""
    return any(host == site or host.endswith(f".{site}") for site in sites)


def language(text: str) -> str:
    """The ISO 639-1 code of a tag such as ``EN`` or ``en-US``; what is none comes back, but for blanks around it."""
    bare = text.strip()
    code = bare.lower().replace("_", "-").partition("-")[0]
    return code if code in LANGUAGES else bare
