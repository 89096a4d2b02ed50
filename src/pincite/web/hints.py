"""What does somebody do next who has no terminal, or no use for the API's schema?

A hint names a command or an address that lists something; here it names what lists the same at another door. Commands
that change something are for whoever runs the server, and stay.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

HTTP = {
    "pincite threads": "GET /api/threads",
    "pincite focuses": "GET /api/focuses",
    "pincite databases": "GET /api/focuses",
    "pincite models": "GET /api/models",
    "pincite index status": "GET /api/index",
}
PAGE = {
    "pincite threads": "the page Threads",
    "pincite focuses": "the choice of where to look",
    "pincite databases": "the choice of where to look",
    "pincite models": "the page Models",
    "GET /openapi.json lists what there is": "look at the address once more",
    "GET /openapi.json has the schema": "go back and try again",
}
_NAMED = re.compile("|".join(map(re.escape, {**HTTP, **PAGE})))


def told(hint: str, instead: Mapping[str, str]) -> str:
    """``hint`` for who comes by ``HTTP`` or the ``PAGE``."""
    return _NAMED.sub(lambda found: instead.get(found[0], found[0]), hint)
