"""How does a model reply, whichever dialect its server speaks? One client; a dialect knows how to ask and to read."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Set
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import httpx

from pincite.errors import ModelRefused
from pincite.models.call import Call, Endpoint, Patience, Whole
from pincite.models.pace import Heard, unheard
from pincite.models.reply import Piece, converse
from pincite.models.sse import ServerEvent
from pincite.ports import Deadline, ModelCard, Prompt, Stop, Token


@dataclass(frozen=True)
class Dialect:
    """What sets one API apart from another."""

    path: str
    """Where prompts go, below the endpoint's URL."""
    headers: Callable[[str], dict[str, str]]
    """Those that a key, maybe empty, asks for."""
    body: Callable[[str, Prompt, Set[str]], dict[str, Any]]
    """The request for a model's name and a prompt, without the fields that this model is known not to take."""
    read: Callable[[ServerEvent | Whole, Call], Piece]
    """What one event of the reply says. Raises a ``ModelFailed`` for an error or for what is no event."""


class Model:
    """A ``ModelClient`` for the model of ``card`` at ``endpoint``."""

    def __init__(
        self,
        dialect: Dialect,
        card: ModelCard,
        endpoint: Endpoint,
        http: httpx.AsyncClient,
        patience: Patience,
        unwanted: set[str],
        heard: Heard = unheard,
    ) -> None:
        """``unwanted`` are the fields that the model has refused so far; more are added when it does."""
        self.card = card
        self._dialect = dialect
        self._endpoint = endpoint
        self._http = http
        self._patience = patience
        self._unwanted = unwanted
        self._heard = heard

    async def stream(self, prompt: Prompt, deadline: Deadline) -> AsyncGenerator[Token | Stop]:
        """Tokens, then one ``Stop``; a ``ModelFailed`` for anything else.

        Vendors' newer models refuse a temperature and name the limit in another way: a request that is refused at once
        for one field is sent again without it.
        """
        while True:
            sent = frozenset(self._unwanted)
            try:
                async with aclosing(self._reply(prompt, deadline, sent)) as reply:
                    async for piece in reply:
                        yield piece
                return
            except ModelRefused as refused:
                if not refused.unwanted or refused.unwanted in sent:
                    raise
                self._unwanted.add(refused.unwanted)

    def _reply(self, prompt: Prompt, deadline: Deadline, unwanted: Set[str]) -> AsyncGenerator[Token | Stop]:
        dialect, name = self._dialect, self.card.name
        headers, body = dialect.headers(self._endpoint.key), dialect.body(name, prompt, unwanted)
        call = Call(self._http, self._endpoint, self.card.id, dialect.path, headers, body)
        return converse(call, name, dialect.read, self._patience, deadline, self._heard)


WITH_THOUGHTS = 4
"""Times the tokens of an answer for who takes no temperature: it may think unasked, and thoughts count as output."""
MOST_TOKENS = 10**9
"""No reply has as many; a number beyond this is none."""


def count(body: Any, name: str) -> int | None:
    """A number of tokens out of a body's ``usage``; ``None`` for whatever is no such number."""
    usage = body.get("usage") if isinstance(body, dict) else None
    value = usage.get(name) if isinstance(usage, dict) else None
    return value if isinstance(value, int) and 0 <= value < MOST_TOKENS else None
