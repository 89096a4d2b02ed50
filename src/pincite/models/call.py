"""What can go wrong between us and a model's server, and what do we say then?

One HTTP request: its events as they come, and a typed ``ModelFailed`` for everything else. A server
that sends bytes but no words is silent all the same: what counts as life is decided by the dialect that reads the
events. No error, log line or ``repr`` holds a key.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any, NoReturn

import httpx

from pincite.errors import (
    ModelBusy,
    ModelFailed,
    ModelGarbled,
    ModelRefused,
    ModelStalled,
    ModelUnreachable,
)
from pincite.models.sse import NotSse, ServerEvent, SseParser
from pincite.ports import Deadline
from pincite.settings import AnswerSettings

REPLY_LIMIT = 8 << 20
"""Bytes of one reply; an answer has a few thousand."""
AFTER_END_S = 1.0
"""Some servers keep the connection open after the end: nobody waits for that."""
CLOSING_S = 0.05
"""A connection that was read to its end is used again, which saves the next question its handshakes."""
_MESSAGE_LIMIT = 200
_UNWANTED = re.compile(
    r"\b(?:(temperature|stream_options)\b|(max_tokens)\W+is not supported|unsupported parameter\W+(max_tokens)\b)", re.I
)
"""What models that think no longer take; too many tokens for a model's context is another matter."""
_TOO_LONG = re.compile(
    r"context[ _](?:length|size|window)|(?:prompt|input) is too long|too many (?:input )?tokens", re.I
)
_KEY_LIKE = re.compile(r"\b(?:sk|pk|gsk|key|xai|pplx|Bearer)[-_ ][\w*.…-]{6,}")


@dataclass(frozen=True)
class Endpoint:
    """A server and the way to be let in."""

    name: str
    base_url: str
    key: str = field(default="", repr=False)
    key_env: str = ""

    def url(self, path: str) -> str:
        return f"{self.base_url.rstrip('/')}/{path}"


@dataclass(frozen=True)
class Patience:
    """Seconds of silence that are allowed."""

    first_token_s: float
    between_tokens_s: float

    @classmethod
    def of(cls, settings: AnswerSettings) -> Patience:
        return cls(settings.first_token_s, settings.between_tokens_s)


@dataclass(frozen=True)
class Whole:
    """The server did not stream: this is its whole reply."""

    body: dict[str, Any]


class Silence:
    """How long the server may still be silent. Only the time spent waiting counts, not the time the reader takes."""

    def __init__(self, patience: Patience, deadline: Deadline) -> None:
        self._patience = patience
        self._deadline = deadline
        self._left = patience.first_token_s
        self._limit = patience.first_token_s
        self.begun = False

    def ending(self, *, over: bool) -> None:
        """The reply is complete; only what it cost may still come, or if it is ``over``, the end of the bytes."""
        self.begun = True
        self._left = self._limit = CLOSING_S if over else AFTER_END_S

    def alive(self) -> None:
        """A word or a thought arrived."""
        self.begun = True
        self._left = self._limit = self._patience.between_tokens_s

    async def wait(self, coming: Any, model: str) -> Any:
        """What ``coming`` gives, or ``ModelStalled``."""
        clock = asyncio.get_running_loop().time
        since = clock()
        total = self._deadline.left()
        try:
            async with asyncio.timeout(min(self._left, total)):
                return await coming
        except TimeoutError:
            if total <= self._left:
                raise ModelStalled(
                    f"{model} had not finished when the time for the answer was over",
                    reason="timeout",
                    hint="raise answer.deadline_s, or pick a faster model",
                ) from None
            setting = "between_tokens_s" if self.begun else "first_token_s"
            what = "stopped in the middle and sent nothing" if self.begun else "sent no word"
            raise ModelStalled(
                f"{model} {what} for {self._limit:g} s",
                reason="stalled",
                hint=f"ask again, pick another model, or raise answer.{setting}",
            ) from None
        finally:
            self._left -= clock() - since


@dataclass(frozen=True)
class Call:
    """One request to one model."""

    http: httpx.AsyncClient
    endpoint: Endpoint
    model: str
    """The card's id, for messages."""
    path: str
    headers: Mapping[str, str] = field(repr=False)
    body: Mapping[str, Any] = field(repr=False)

    async def events(self, silence: Silence) -> AsyncGenerator[ServerEvent | Whole]:
        """The server's events, or its one whole reply. Closing it closes the connection."""
        request = self.http.build_request(
            "POST",
            self.endpoint.url(self.path),
            headers={"accept": "text/event-stream, application/json", "accept-encoding": "identity", **self.headers},
            json=self.body,
        )
        response: httpx.Response | None = None
        try:
            response = await silence.wait(self.http.send(request, stream=True), self.model)
            if response.status_code != 200:
                await self._refused(response, silence)
            async with aclosing(self._read(response, silence)) as events:
                async for event in events:
                    yield event
        except httpx.HTTPError as error:
            raise self._broken(error, begun=response is not None) from None
        except httpx.InvalidURL as error:
            raise ModelUnreachable(
                f"{self.endpoint.name} has no usable address: {error}", reason="unreachable"
            ) from None
        finally:
            if response is not None:
                await response.aclose()

    async def _read(self, response: httpx.Response, silence: Silence) -> AsyncGenerator[ServerEvent | Whole]:
        """What the body is shows in its first character; servers and proxies say all sorts of things about it."""
        parser = SseParser()
        begin = b""
        kind = ""
        async with aclosing(self._chunks(response, silence)) as chunks:
            async for chunk in chunks:
                if kind == "stream":
                    rest = chunk
                else:
                    begin = rest = (begin + chunk).lstrip()
                    kind = kind or _kind(begin)
                if kind == "stream":
                    try:
                        events = parser.feed(rest)
                    except NotSse as error:
                        raise self.garbled(f"sent no event stream: {error}") from None
                    for event in events:
                        yield event
                elif kind == "page":
                    raise self.garbled("sent a page of HTML in place of an answer")
        if kind == "json":
            yield Whole(self.json(begin.decode("utf-8", errors="replace")))

    async def _chunks(self, response: httpx.Response, silence: Silence) -> AsyncGenerator[bytes]:
        size = 0
        chunks = response.aiter_bytes()
        while (chunk := await silence.wait(anext(chunks, None), self.model)) is not None:
            size += len(chunk)
            if size > REPLY_LIMIT:
                raise self.garbled(f"sent more than {REPLY_LIMIT >> 20} MiB")
            yield chunk

    # ── what went wrong ──

    def json(self, text: str) -> dict[str, Any]:
        """The JSON object in ``text``, or ``ModelGarbled``."""
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            raise self.garbled(f"sent what is not JSON: {self._said(text)!r}") from None
        if not isinstance(value, dict):
            raise self.garbled(f"sent JSON that is no object: {self._said(text)!r}")
        return value

    def garbled(self, what: str, reason: str = "garbled", hint: str = "") -> ModelGarbled:
        hint = hint or f"is {self.endpoint.base_url} the address of a model API? pincite models shows the addresses"
        return ModelGarbled(f"{self.model} {what}", reason=reason, hint=hint)

    def cut(self) -> ModelGarbled:
        """The connection ended, or broke, before the reply did."""
        return self.garbled("broke off before it had finished", reason="cut", hint="ask again")

    def _broken(self, error: httpx.HTTPError, *, begun: bool) -> ModelFailed:
        if begun:
            return self.cut()
        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.UnsupportedProtocol | httpx.ProxyError):
            return ModelUnreachable(
                f"no connection to {self.endpoint.name} at {self.endpoint.base_url}: {self._said(str(error))}",
                reason="unreachable",
                hint="is it running? pincite models lists what can be reached",
            )
        return ModelUnreachable(
            f"{self.endpoint.name} at {self.endpoint.base_url} closed the connection without a reply",
            reason="unreachable",
            hint="ask again; pincite models lists what can be reached",
        )

    async def _refused(self, response: httpx.Response, silence: Silence) -> NoReturn:
        try:
            async with aclosing(self._chunks(response, silence)) as chunks:
                raw = (await anext(chunks, b"")).decode("utf-8", errors="replace")
        except (httpx.HTTPError, ModelFailed):
            raw = ""
        raise self.failure(response.status_code, message_of(raw), _retry_after(response.headers.get("retry-after")))

    def failure(self, status: int, message: str = "", retry_after_s: float | None = None) -> ModelFailed:
        """The error for an HTTP status, with what the server said about it."""
        said = self._said(message)
        detail = f"{self.model}: {status}" + (f", {said}" if said else "")
        spent = "insufficient_quota" in message or "credit balance" in message
        if status == 402 or spent:
            return ModelRefused(detail, reason="no_credit", hint=f"top up the account at {self.endpoint.name}")
        if status == 429:
            later = f"ask again in {retry_after_s:.0f} s" if retry_after_s else "ask again in a while"
            return ModelBusy(detail, reason="rate_limited", hint=later, retry_after_s=retry_after_s)
        if status >= 500 or status in (408, 409, 425):
            return ModelBusy(detail, reason="server_error", hint="ask again in a while", retry_after_s=retry_after_s)
        if status == 403:
            return ModelRefused(detail, reason="refused", hint=f"may this key use it? ask {self.endpoint.name}")
        if status == 401:
            where = f"check the key in {self.endpoint.key_env}" if self.endpoint.key_env else "the server wants a key"
            return ModelRefused(detail, reason="bad_key", hint=where)
        if status == 404:
            return ModelRefused(detail, reason="unknown_model", hint="pincite models lists what there is")
        if 300 <= status < 400:
            hint = "set base_url to the address that it points to"
            return ModelRefused(f"{self.model}: {status}, a redirect", reason="refused", hint=hint)
        long = "pick a model with a longer context, or lower answer.sources and answer.whole_tokens"
        hint = long if _TOO_LONG.search(message) else "pincite models shows how it is set up"
        refused = ModelRefused(detail, reason="refused", hint=hint)
        if status in (400, 422) and (found := _UNWANTED.search(message)):
            refused.unwanted = next(filter(None, found.groups())).lower()
        return refused

    def _said(self, text: str) -> str:
        """A server's words in one short line, without the key."""
        if self.endpoint.key:
            text = text.replace(self.endpoint.key, "…")
        text = " ".join(_KEY_LIKE.sub("…", text[:2000]).split())
        text = "".join(c for c in text if c.isprintable())
        return text if len(text) <= _MESSAGE_LIMIT else text[:_MESSAGE_LIMIT] + "…"


def _kind(begin: bytes) -> str:
    """``stream``, ``json`` or ``page``; nothing before the first character."""
    return {b"": "", b"{": "json", b"<": "page"}.get(begin[:1], "stream")


def message_of(raw: str) -> str:
    """What an error's body says, in whatever of the usual shapes; nothing for a page of HTML."""
    try:
        value: Any = json.loads(raw)
    except (ValueError, RecursionError):
        return "" if raw.lstrip().startswith("<") else raw
    return error_message(value)


def error_message(value: Any) -> str:
    """The message in an error object, with its code, which may say more."""
    while isinstance(value, list) and value:
        value = value[0]
    if not isinstance(value, dict):
        return str(value)
    inner = value.get("error", value)
    if not isinstance(inner, dict):
        return str(inner)
    words = [str(inner[key]) for key in ("message", "detail") if inner.get(key)]
    kinds = [str(inner[key]) for key in ("code", "type") if inner.get(key) and not str(inner[key]).isdigit()]
    return " ".join(words) + (f" ({', '.join(dict.fromkeys(kinds))})" if kinds else "")


def status_of(value: Any) -> int:
    """The HTTP status that an error within a stream stands for; 500 if it does not say."""
    inner = value.get("error", value) if isinstance(value, dict) else value
    code = inner.get("code", inner.get("status")) if isinstance(inner, dict) else None
    if isinstance(code, int) and 400 <= code < 600:
        return code
    said = str(inner).lower()
    known = {"rate_limit": 429, "overloaded": 529, "authentication": 401, "permission": 403, "not_found": 404}
    return next((status for word, status in known.items() if word in said), 400 if "invalid_request" in said else 500)


def _retry_after(header: str | None) -> float | None:
    """Seconds; a date is not worth its clock skew."""
    try:
        seconds = float(header) if header else None
    except ValueError:
        return None
    return seconds if seconds is not None and 0 <= seconds < 1e6 else None
