"""What need not be found or asked twice? What a killed process had found, and what a planner had told it.

Each search and each plan is noted as it comes. Whoever goes on with the answer takes the same steps from the first one:
what there is a note of is read instead of made, so those steps take no time, and the budgets count as before. Searches
and calls are counted because they are taken again; seconds because every note says how late it was made, and the clock
of whoever reads it is put forward to that.
"""

from __future__ import annotations

import json
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing, suppress
from functools import partial
from hashlib import sha256
from typing import Literal, TypeVar

from pydantic import ValidationError

from pincite.answer.spoken import overheard
from pincite.errors import ModelStalled
from pincite.ports import Clock, Deadline, Hits, ModelCard, ModelClient, Prompt, Query, SearchBackend, Stop, Token
from pincite.types import Degradation, Hit, Noun

Note = TypeVar("Note", bound="_Note")


class _Note(Noun):
    at: float
    """Seconds since the answer was begun, those of dead processes counted."""


class _Found(_Note):
    hits: tuple[Hit, ...]
    missing: tuple[Degradation, ...]
    note: str
    whole: tuple[str, ...]


class _Said(_Note):
    text: str
    finish: Literal["stop", "length", "filter"] | None = None
    """``None``: the call failed, or nobody waited for its end."""
    input_tokens: int = 0
    output_tokens: int = 0


class Notes:
    """The notes of one answer: those ``kept`` by whoever died, and those that ``keep`` is given."""

    def __init__(
        self,
        keep: Callable[[str, str], None],
        kept: Mapping[str, str] | None = None,
        clock: Clock = time.monotonic,
        beyond: Callable[[], None] = lambda: None,
    ) -> None:
        """``beyond`` is called when something is wanted of which there is no note."""
        self._keep = keep
        self._kept = kept or {}
        self._beyond = beyond
        self._real = clock
        self._ahead = 0.0
        self._began = clock()

    def clock(self) -> float:
        """Seconds, those counted that dead processes had spent by the last note that was read."""
        return self._real() + self._ahead

    def begun(self, seconds: float) -> Deadline:
        """The answer is begun, or begun again, now; it has so many ``seconds`` in all."""
        self._began = self._real()
        return Deadline(self._began + seconds, self.clock)

    def searched(self, backend: SearchBackend) -> SearchBackend:
        """``backend``, asked only for what was not found before."""
        return _Searched(backend, self)

    def asked(self, model: ModelClient) -> ModelClient:
        """``model``, asked only what it has not replied to before, if its reply may stand for another one."""
        return _AskedBefore(model, self)

    def read(self, key: str, kind: type[Note]) -> Note | None:
        """The note, if there is one that can be read."""
        with suppress(ValidationError):  # of another version of pincite
            if key in self._kept:
                note = kind.model_validate_json(self._kept[key])
                self._ahead = max(self._ahead, self._began + note.at - self._real())
                return note
        self._beyond()
        return None

    def write(self, key: str, note: _Note) -> None:
        self._keep(key, note.model_dump_json())

    def now(self) -> float:
        return self.clock() - self._began


class _Searched:
    """A ``SearchBackend`` that looks into the notes first. What failed is searched for again."""

    def __init__(self, inner: SearchBackend, notes: Notes) -> None:
        self._inner = inner
        self._notes = notes

    @property
    def name(self) -> str:
        return self._inner.name

    async def search(self, query: Query, deadline: Deadline) -> Sequence[Hit]:
        asked = [query.text, query.limit, query.filters.model_dump_json(), query.whole_tokens]
        key = _key("search", self.name, *asked)
        known = self._notes.read(key, _Found)
        if known is not None:
            return Hits.of(known.hits, known.missing, known.note, known.whole)
        hits = await self._inner.search(query, deadline)
        found = hits if isinstance(hits, Hits) else Hits.of(hits)
        note = _Found(
            at=self._notes.now(), hits=tuple(found), missing=found.missing, note=found.note, whole=found.whole
        )
        self._notes.write(key, note)
        return hits


class _AskedBefore:
    """A ``ModelClient`` that looks into the notes first, for prompts with a key. What failed is not asked again."""

    def __init__(self, inner: ModelClient, notes: Notes) -> None:
        self._inner = inner
        self._notes = notes

    @property
    def card(self) -> ModelCard:
        return self._inner.card

    async def stream(self, prompt: Prompt, deadline: Deadline) -> AsyncGenerator[Token | Stop]:
        key = _key("call", self.card.id, prompt.key) if prompt.key else ""
        known = self._notes.read(key, _Said) if key else None
        if known is not None:
            yield Token(known.text)
            if known.finish is None:
                raise ModelStalled(f"{self.card.id} had said no more when pincite was stopped", reason="stopped")
            yield Stop(known.finish, known.input_tokens, known.output_tokens)
            return
        stream = self._inner.stream(prompt, deadline)
        async with aclosing(overheard(stream, partial(self._note, key))) as pieces:
            async for piece in pieces:
                yield piece

    def _note(self, key: str, text: str, stop: Stop | None) -> None:
        if key:
            told = (stop.reason, stop.input_tokens, stop.output_tokens) if stop else (None, 0, 0)
            said = _Said(at=self._notes.now(), text=text, finish=told[0], input_tokens=told[1], output_tokens=told[2])
            self._notes.write(key, said)


def _key(*what: object) -> str:
    """Short, whatever was asked."""
    return f"{what[0]} {sha256(json.dumps(what).encode()).hexdigest()}"
