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
MCP = {
    "list them with: pincite threads": "leave thread_id out to begin a new thread",
    "list them with: pincite focuses": "leave focus out to look where it is usual",
}
_FOCUS = "choose where to look beside the question"
PAGE = {
    "list them with: pincite threads": "look for it among your threads",
    "list threads: pincite threads": "look for it among your threads",
    "list them with: pincite focuses": _FOCUS,
    "pincite focuses shows what can be picked": _FOCUS,
    "list them with: pincite databases": _FOCUS,
    "pincite databases lists them": _FOCUS,
    "pincite models": "the page Models",
    "GET /api/files lists them": "the page Files lists them",
    "GET /openapi.json lists what there is": "look at the address once more",
    "GET /openapi.json has the schema": "go back and try again",
}
WAYS = {
    "among your threads": ("/threads", "Threads"),
    "the page Models": ("/models", "Models"),
    "the page Files": ("/files", "Files"),
}
"""Where the page is that a hint speaks of, and what a link to it is called."""


def told(hint: str, instead: Mapping[str, str]) -> str:
    """``hint`` for who comes by ``HTTP``, ``MCP`` or the ``PAGE``."""
    return re.sub("|".join(map(re.escape, instead)), lambda found: instead[found[0]], hint)


def ways(hint: str) -> list[tuple[str, str]]:
    """The pages that a hint for the ``PAGE`` speaks of: their addresses below the root, and their names."""
    return [way for words, way in WAYS.items() if words in hint]
