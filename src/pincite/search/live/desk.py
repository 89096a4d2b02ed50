"""May this provider be asked, and what does it say? The one place where a question leaves for a search service.

In this order: what was said lately, is it well, may it be asked so often, ask, read. Every way to fail becomes a
``SearchFailed`` with a stable reason: ``no_key`` ``bad_key`` ``no_credit`` ``rate_limited`` ``budget`` ``resting``
``refused`` ``blocked`` ``server_error`` ``garbled`` ``timeout`` ``unreachable`` ``ledger``. No key is in any of them.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from copy import copy
from dataclasses import asdict, replace
from datetime import date
from hashlib import sha256
from typing import Literal, Protocol

import structlog
from pydantic import TypeAdapter, ValidationError

from pincite.crawl.fetch import Response
from pincite.errors import SearchFailed, Unfetchable
from pincite.ports import Deadline
from pincite.search.live import fresh
from pincite.search.live.breaker import Breaker
from pincite.search.live.ledger import Ledger
from pincite.search.live.provider import Call, Found, Provider, Wanted, is_page
from pincite.settings import ProviderSettings

log = structlog.get_logger()
_FOUND = TypeAdapter(list[Found])
_LANGUAGE = re.compile(r"[a-z]{2,3}")
"""What may become a part of a host name."""
_NO_CREDIT = frozenset({402, 432, 433})
"""Payment required; Tavily says 432 and 433 for a plan's limit."""
_UNWELL = frozenset(
    {"rate_limited", "blocked", "server_error", "garbled", "timeout", "unreachable", "bad_key", "no_credit"}
)
"""Reasons that say something about the service, and not about this question."""

_UNSENT = {
    "timeout": ("timeout", "it had not answered in time"),
    "cut": ("unreachable", "the connection broke off"),
    "bad_certificate": ("unreachable", "it can't prove who it is"),
    "blocked_address": ("unreachable", "it can't be reached"),
    "unreachable": ("unreachable", "it can't be reached; is this machine on the network?"),
    "unknown_host": ("unreachable", "nobody knows its address; is this machine on the network?"),
}
"""Why a request got no reply, by the transport's reason: the reason of ours, and the words for it."""

_OTHER_SHAPE = (LookupError, TypeError, ValueError, AttributeError)
"""What a reader runs into where a service has changed its replies; one service's change costs no answer."""


class Requests(Protocol):
    """The transport; ``crawl.fetch.Fetcher`` is one."""

    async def request(
        self,
        method: Literal["GET", "POST"],
        url: str,
        *,
        base_url: str = "",
        headers: Mapping[str, str] | None = None,
        json: object = None,
        deadline: Deadline | None = None,
    ) -> Response: ...


class Desk:
    """One provider as it is set up here."""

    def __init__(
        self,
        provider: Provider,
        settings: ProviderSettings,
        env: Mapping[str, str],
        ledger: Ledger,
        *,
        cache: bool = True,
    ) -> None:
        self.provider = provider
        self.name = provider.name
        self.breaker = Breaker()
        self.base_url = (settings.base_url or provider.base_url).rstrip("/")
        self._settings = settings
        self._key_env = settings.key_env or provider.key_env
        self._key = env.get(self._key_env, "").strip() if self._key_env else ""
        self._ledger = ledger
        self._cache = cache

    def without_cache(self) -> Desk:
        """The same desk, which looks nothing up in what was said lately and keeps nothing of it."""
        other = copy(self)
        other._cache = False
        return other

    @property
    def locked(self) -> str:
        """Why it can't be asked, and what to do; empty if it can."""
        name = f"web.services.{self.name}"
        if not self.base_url:
            return f"no address: set {name}.base_url"
        if self.provider.key == "needed" and not self._key:
            return f"no key: set the environment variable {self._key_env}"
        if self.provider.needs_engine and not self._settings.engine:
            return f"no search engine id: set {name}.engine"
        return ""

    async def search(self, wanted: Wanted, http: Requests, deadline: Deadline, today: date) -> list[Found]:
        """What it found, best first, each address once. Raises ``SearchFailed``; never later than the deadline."""
        if self.locked:
            raise SearchFailed(f"{self.provider.label}: {self.locked}", reason="no_key")
        limit = min(wanted.limit, self.provider.limit)
        base = self.base_url.replace("{lang}", wanted.language if _LANGUAGE.fullmatch(wanted.language) else "en")
        wanted = replace(wanted, limit=limit, base_url=base, key=self._key, engine=self._settings.engine)
        key = self._cache_key(wanted)
        try:
            async with asyncio.timeout(deadline.left()):
                kept = await asyncio.to_thread(self._ledger.kept, key) if self._cache else None
                if kept is not None:
                    return _read(kept)
                found = await self._ask(wanted, http, deadline)
        except TimeoutError:
            raise self._failed("it had not answered in time", "timeout") from None
        if self._cache:
            lasting = fresh.seconds(wanted.text, wanted.filters, today) if found else fresh.NOTHING_S
            body = json.dumps([asdict(each) for each in found], default=str).encode()
            try:
                await asyncio.to_thread(self._ledger.keep, key, body, lasting)
            except SearchFailed as failed:  # what was found is there all the same
                log.warning("reply_not_kept", provider=self.name, detail=failed.detail, hint=failed.hint)
        return found

    async def _ask(self, wanted: Wanted, http: Requests, deadline: Deadline) -> list[Found]:
        rest = self.breaker.admit()
        if rest:
            raise self._failed(f"it failed {self.breaker.failures} times; it is tried again in {rest:.0f} s", "resting")
        try:
            found = await self.provider.search(wanted, _Asking(self, wanted.base_url, http, deadline))
        except SearchFailed as failed:
            if failed.reason in _UNWELL:
                self.breaker.failed(failed.retry_after_s)
            else:
                self.breaker.dropped()
            raise self._failed(failed.detail, failed.reason, failed.hint, failed.retry_after_s) from None
        except asyncio.CancelledError:
            # The deadline is the service's failure; a person who stops the answer is not.
            if deadline.left() <= 0.01:
                self.breaker.failed()
            else:
                self.breaker.dropped()
            raise
        except _OTHER_SHAPE as error:
            self.breaker.failed()
            detail = f"its reply is of another shape ({type(error).__name__}: {str(error)[:80]})"
            raise self._failed(detail, "garbled") from error
        self.breaker.succeeded()
        return list({each.url: each for each in reversed(found) if is_page(each.url)}.values())[::-1]

    async def send(self, base_url: str, call: Call, http: Requests, deadline: Deadline) -> Response:
        """One request, counted. Raises ``SearchFailed`` for anything but a success."""
        per_minute = self._settings.per_minute or self.provider.per_minute
        per_day = self._settings.per_day or self.provider.per_day
        wait = await asyncio.to_thread(self._ledger.spend, self.name, per_minute, per_day)
        if wait:
            raise SearchFailed(
                f"it was asked as often as it may be ({per_minute} a minute, {per_day} a day); again in {wait:.0f} s",
                reason="budget",
                hint=f"raise web.services.{self.name}.per_minute or .per_day if your plan allows more",
            )
        try:
            response = await http.request(
                "GET" if call.json is None else "POST",
                base_url + call.address,
                # Only an address that was set here may be on this machine or in the private network.
                base_url=self._settings.base_url,
                headers=call.headers,
                json=call.json,
                deadline=deadline,
            )
        except Unfetchable as error:
            reason, said = _UNSENT.get(error.reason, ("garbled", "its reply is no reply"))
            raise SearchFailed(said, reason=reason) from None
        if 200 <= response.status < 300:
            return response
        raise self._refusal(response)

    def _refusal(self, response: Response) -> SearchFailed:
        status, after = response.status, response.retry_after_s
        if status in (401, 403):
            hint = f"check the environment variable {self._key_env}" if self._key_env else ""
            return SearchFailed(
                f"it refused the request ({status})", reason="bad_key" if self._key else "blocked", hint=hint
            )
        if status in _NO_CREDIT:
            return SearchFailed(
                f"its plan is used up ({status})", reason="no_credit", hint="top it up, or name another provider"
            )
        if status == 429:
            again = f"; again in {after:.0f} s" if after else ""
            return SearchFailed(f"it was asked too often ({status}){again}", reason="rate_limited", retry_after_s=after)
        if status >= 500:
            return SearchFailed(f"it had an error ({status})", reason="server_error", retry_after_s=after)
        return SearchFailed(f"it did not take the request ({status})", reason="refused")

    def _failed(self, detail: str, reason: str, hint: str = "", retry_after_s: float | None = None) -> SearchFailed:
        return SearchFailed(f"{self.provider.label}: {detail}", reason=reason, hint=hint, retry_after_s=retry_after_s)

    def _cache_key(self, wanted: Wanted) -> str:
        said = (
            self.name,
            self.base_url,
            wanted.text,
            wanted.limit,
            wanted.filters.model_dump_json(exclude={"exclude_documents"}),
        )
        return sha256(json.dumps([*said, wanted.language, wanted.country, wanted.engine]).encode()).hexdigest()


class _Asking:
    """The ``Ask`` that a provider is given."""

    def __init__(self, desk: Desk, base_url: str, http: Requests, deadline: Deadline) -> None:
        self._desk, self._base_url, self._http, self._deadline = desk, base_url, http, deadline

    async def __call__(self, call: Call) -> Response:
        return await self._desk.send(self._base_url, call, self._http, self._deadline)


def body_of(response: Response) -> object:
    """The reply as JSON. Raises ``SearchFailed`` (``garbled``) where it is something else, such as a page."""
    try:
        body: object = response.json()
    except Unfetchable:
        kind = response.media_type or "something"
        raise SearchFailed(f"its reply is {kind}, no JSON", reason="garbled") from None
    return body


def _read(body: bytes) -> list[Found]:
    try:
        return _FOUND.validate_json(body)
    except ValidationError as error:
        raise SearchFailed(f"a kept reply is broken: {error.error_count()} errors", reason="ledger") from None
