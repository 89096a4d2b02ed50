"""Which models can a person pick, and which of them writes?

Servers on this machine and those with a key are asked for their models (``GET /models``, under a short deadline, and
what they say is kept for a minute); a server that does not answer, or has no key, is shown locked, with the reason.
"""

from __future__ import annotations

import asyncio
import difflib
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, get_args

import httpx

from pincite.errors import ModelRefused, UnknownModel
from pincite.models.anthropic import ANTHROPIC
from pincite.models.call import Patience
from pincite.models.dialect import Dialect, Model
from pincite.models.openai import OPENAI
from pincite.models.reach import client
from pincite.models.servers import NONE, Price, Server, servers
from pincite.ports import Clock, ModelCard, ModelClient
from pincite.settings import AnswerSettings, EndpointSettings, ModelSettings

DIALECTS: Mapping[str, Dialect] = {"openai": OPENAI, "anthropic": ANTHROPIC}
DISCOVERY_S = 0.8
KEPT_S = 60.0
FAILED_KEPT_S = 10.0
LOOK_S = 1.0
"""How long another process's change of servers and keys may stay unseen."""
_NO_WRITER = re.compile(
    r"embed|whisper|tts|dall-e|moderation|image|audio|realtime|transcri|rerank|babbage|davinci|guard|ocr|speech|video",
    re.IGNORECASE,
)
_CONTEXT_NAMES = ("max_model_len", "context_length", "context_window", "max_context_length", "n_ctx")
_LIST_LIMIT = 4 << 20
_USUAL = AnswerSettings()


@dataclass(frozen=True)
class _Listed:
    """What a server said about its models, or why it said nothing."""

    models: Mapping[str, int | None]
    """Name to context in tokens, if known."""
    problem: str
    until: float


class Picker:
    """The models of one engine. ``close`` it; it holds connections."""

    def __init__(
        self,
        settings: ModelSettings,
        env: Mapping[str, str],
        answer: AnswerSettings = _USUAL,
        *,
        added: Mapping[str, EndpointSettings] = NONE,
        renew: Callable[[], Awaitable[bool]] | None = None,
        clock: Clock = time.monotonic,
    ) -> None:
        """``added`` are servers beside those of the settings; it is looked at each time, for it may change. ``renew``
        brings it and ``env`` up to date with what other processes did, and says whether anything was new; it is called
        before servers are looked at, once in ``LOOK_S`` at the most."""
        self._default = settings.default
        self._env = env
        self._settings = settings
        self._dollars = settings.dollars
        self._added = added
        self._renew = renew
        self._renewed = float("-inf")
        self.edition = 0
        """Counts the changes of servers and keys: what was made of an earlier edition is out of date."""
        self._patience = Patience.of(answer)
        self._clock = clock
        self._listed: dict[str, _Listed] = {}
        self._asking: dict[str, asyncio.Lock] = {}
        self._clients: dict[bool, httpx.AsyncClient] = {}
        self._making = asyncio.Lock()
        self._speeds: dict[str, float] = {}
        self._unwanted: dict[str, set[str]] = {}

    @property
    def _servers(self) -> dict[str, Server]:
        return servers(self._settings, self._added)

    def names(self) -> frozenset[str]:
        """Of all servers."""
        return frozenset(self._servers)

    async def at(self, name: str) -> list[ModelCard]:
        """The models of one server, those first that are known beforehand and cheap; at least one card, which may be
        locked. Takes ``DISCOVERY_S`` at the most. Raises ``KeyError``."""
        await self.renew()
        return await self._cheapest(self._servers[name])

    async def cards(self) -> list[ModelCard]:
        """All models, those that can be used first. Takes ``DISCOVERY_S`` at the most."""
        await self.renew()
        found = await asyncio.gather(*(self._cards(server) for server in self._servers.values()))
        cards = [card for group in found for card in group]
        return sorted(cards, key=lambda card: bool(card.locked))

    async def pick(self, name: str | None = None) -> ModelClient | None:
        """The model of that id, or the configured default; ``None`` where no model is to write.

        Raises ``UnknownModel`` with the nearest right id, and ``ModelRefused`` for one that is locked.
        """
        chosen = name or self._default
        if chosen is None or chosen == "none":
            return None
        await self.renew()
        endpoint, _, model = chosen.partition(":")
        server = self._servers.get(endpoint)
        if server is None or not model:
            raise await self._unknown(chosen)
        if locked := server.locked(self._env):
            hint = locked.removeprefix("no key: ") if locked.startswith("no key") else "correct it in the settings"
            raise ModelRefused(f"{chosen} can't be used: {locked}", reason="no_key", hint=hint)
        context = await self._context(server, model)
        if context is None:
            raise await self._unknown(chosen)
        card = self._card(server, model, context)
        heard = partial(self._speeds.__setitem__, card.id)
        dialect, place = DIALECTS[server.dialect], server.endpoint(self._env)
        unwanted = self._unwanted.setdefault(card.id, set())
        return Model(dialect, card, place, await self._http(server), self._patience, unwanted, heard)

    def speed(self, name: str) -> float | None:
        """Tokens a second of the model of that id, as last measured in this process."""
        return self._speeds.get(name)

    def keys(self) -> dict[str, list[str]]:
        """The variables in which servers' keys are looked for, and the names of those servers."""
        found: dict[str, list[str]] = {}
        for server in self._servers.values():
            if server.key_env:
                found.setdefault(server.key_env, []).append(server.name)
        return found

    async def behind(self, key: str) -> list[list[ModelCard]]:
        """The models of each server that looks for its key in ``key``, those first that are known beforehand and cheap.

        Takes ``DISCOVERY_S`` at the most.
        """
        await self.renew()
        found = [server for server in self._servers.values() if server.key_env == key]
        return list(await asyncio.gather(*map(self._cheapest, found)))

    async def _cheapest(self, server: Server) -> list[ModelCard]:
        prices = list(get_args(Price))
        cards = await self._cards(server)
        return sorted(cards, key=lambda card: (card.name not in server.models, prices.index(card.price)))

    async def renew(self) -> None:
        """Takes notice of the servers and keys that other processes added or removed."""
        if self._renew is None or self._clock() < self._renewed + LOOK_S:
            return
        self._renewed = self._clock()
        if await self._renew():
            self.forget()

    def forget(self) -> None:
        """A server or a key has changed: every server is asked for its models again."""
        self._listed.clear()
        self._unwanted.clear()
        self.edition += 1

    async def close(self) -> None:
        """Closes the connections."""
        for opened in self._clients.values():
            await opened.aclose()
        self._clients.clear()

    # ── cards ──

    async def _cards(self, server: Server) -> list[ModelCard]:
        locked = server.locked(self._env)
        known: Mapping[str, int | None] = dict.fromkeys(server.models)
        if not locked and not server.closed:
            listed = await self._list(server)
            known, locked = listed.models or known, listed.problem
        if not known:
            return [self._card(server, "", None, locked or "it has no models yet")]
        return [self._card(server, model, context, locked) for model, context in known.items()]

    def _card(self, server: Server, model: str, context: int | None, locked: str = "") -> ModelCard:
        usual: Price = "free" if server.runs_on == "this machine" else "middle"
        id_ = f"{server.name}:{model}" if model else server.name
        price = server.models.get(model, usual)
        return ModelCard(
            id=id_,
            name=model or server.label,
            endpoint=server.name,
            dialect=server.dialect,
            runs_on=server.runs_on,
            context_tokens=context or server.context_tokens,
            price=price,
            locked=locked,
            speed=self.speed(id_),
            dollars=self._dollars.get(id_, (0.0, 0.0) if price == "free" else None),
        )

    async def _context(self, server: Server, model: str) -> int | None:
        """The model's context in tokens; ``None`` if the server is sure not to have it."""
        if server.closed:
            return server.context_tokens if model in server.models else None
        if model in server.models and server.name not in self._listed:
            return server.context_tokens
        listed = await self._list(server)
        if listed.problem or not listed.models or model in server.models:
            # Nobody knows better: let the server say so itself.
            return listed.models.get(model) or server.context_tokens
        return (listed.models[model] or server.context_tokens) if model in listed.models else None

    async def _unknown(self, name: str) -> UnknownModel:
        ids = [card.id for card in await self.cards()]
        near = difflib.get_close_matches(name, ids, n=1, cutoff=0.4)
        near = near or [known for known in ids if known.endswith(f":{name}")][:1]
        hint = f"did you mean {near[0]}? pincite models lists them all" if near else "pincite models lists them all"
        return UnknownModel(f"there is no model {name!r}", hint=hint)

    # ── asking the servers ──

    async def _http(self, server: Server) -> httpx.AsyncClient:
        """One client for all servers with TLS and one for those without, made when first needed.

        Loading certificates takes 50 ms and more, so that is done in a thread, and not at all for plain HTTP.
        """
        secure = server.base_url.lower().startswith("https:")
        async with self._making:
            if secure not in self._clients:
                self._clients[secure] = await asyncio.to_thread(client, verify=secure)
            return self._clients[secure]

    async def _list(self, server: Server) -> _Listed:
        lock = self._asking.setdefault(server.name, asyncio.Lock())
        async with lock:
            kept = self._listed.get(server.name)
            if kept is None or kept.until <= self._clock():
                kept = await self._ask(server)
                self._listed[server.name] = kept
            return kept

    async def _ask(self, server: Server) -> _Listed:
        endpoint = server.endpoint(self._env)
        headers = DIALECTS[server.dialect].headers(endpoint.key)
        http = await self._http(server)
        try:
            async with asyncio.timeout(DISCOVERY_S):
                async with http.stream("GET", endpoint.url("models"), headers=headers) as response:
                    body = await _within(response, _LIST_LIMIT)
            if response.status_code != 200:
                return self._silent(_refusal(response.status_code, server))
            return _Listed(_models(httpx.Response(200, content=body).json()), "", self._clock() + KEPT_S)
        except TimeoutError:
            return self._silent(f"no answer from {server.base_url} within {DISCOVERY_S:g} s")
        except httpx.HTTPError:
            running = "not running" if server.runs_on == "this machine" else "can't be reached"
            return self._silent(f"{running} at {server.base_url}")
        except ValueError:
            return self._silent(f"{server.base_url} does not list its models; name them in the settings")

    def _silent(self, problem: str) -> _Listed:
        return _Listed({}, problem, self._clock() + FAILED_KEPT_S)


def _refusal(status: int, server: Server) -> str:
    if status in (401, 403):
        return f"it refuses the key in {server.key_env}" if server.key_env else "it wants a key: set key_env"
    return f"{server.base_url} answered with {status}"


async def _within(response: httpx.Response, limit: int) -> bytes:
    body = b""
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > limit:
            raise ValueError("the list of models is too long")
    return body


def _models(body: Any) -> dict[str, int | None]:
    """Names and contexts in the shapes that servers list their models in. ``ValueError`` if it is none of them."""
    rows = body.get("data", body.get("models")) if isinstance(body, dict) else body
    if not isinstance(rows, list):
        raise ValueError("no list of models")
    found: dict[str, int | None] = {}
    for row in rows:
        name = row.get("id") or row.get("name") if isinstance(row, dict) else None
        if isinstance(name, str) and name and not _NO_WRITER.search(name):
            context = next((row[key] for key in _CONTEXT_NAMES if isinstance(row.get(key), int)), None)
            found[name.removeprefix("models/")] = context
    return dict(sorted(found.items()))
