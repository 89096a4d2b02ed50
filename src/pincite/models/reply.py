"""What does a reader get of a reply, whatever the dialect it came in?"""

from __future__ import annotations

import re
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Literal

from pincite.errors import ModelFailed
from pincite.models.call import Call, Patience, Silence, Whole
from pincite.models.characters import Characters
from pincite.models.pace import Heard, Pace, unheard
from pincite.models.sse import ServerEvent
from pincite.models.thoughts import Thoughts
from pincite.ports import Deadline, Stop, Token

_THINKERS = re.compile(r"\br1\b|\bqwq\b|think|reason|magistral", re.IGNORECASE)
"""Names of models that think first; their server may leave the thoughts in the text without an opening tag."""

TOOL = "asked for a tool in place of an answer"
_DIFFERENTLY = "ask in other words, or pick another model"

Finish = Literal["stop", "length", "filter"]


@dataclass(frozen=True)
class Piece:
    """What one event says, in the common tongue of all dialects."""

    text: str = ""
    thought: bool = False
    """A thought arrived, apart from the text."""
    instead: str = ""
    """What the model did in place of writing, as the rest of a sentence that begins with its name."""
    finish: Finish | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    over: bool = False
    """Nothing more will come."""


class Reply:
    """Feed it the pieces of one reply; it gives clean text."""

    def __init__(self, model: str) -> None:
        self._characters = Characters()
        self._thoughts = Thoughts(thinks=bool(_THINKERS.search(model)))
        self.finish: Finish | None = None
        self.input_tokens = 0
        self.output_tokens = 0
        self.empty = True
        self._thought = False
        self._instead = ""

    def feed(self, piece: Piece) -> str:
        if piece.thought:
            self._thoughts.thought_elsewhere()
        self._thought = self._thought or piece.thought
        self._instead = piece.instead or self._instead
        self.finish = piece.finish or self.finish
        self.input_tokens = self.input_tokens if piece.input_tokens is None else piece.input_tokens
        self.output_tokens = self.output_tokens if piece.output_tokens is None else piece.output_tokens
        return self._given(self._thoughts.feed(self._characters.feed(piece.text)))

    def rest(self) -> str:
        """What was held back, at the end or where the reply broke off."""
        return self._given(self._thoughts.feed(self._characters.finish()) + self._thoughts.finish())

    def nothing(self) -> tuple[str, str]:
        """Why there is no answer, as the rest of a sentence that begins with the model's name; and what to do next."""
        if self._instead:
            return self._instead, _DIFFERENTLY
        if self.finish == "filter":
            return "was stopped by its own filter before it wrote a word", _DIFFERENTLY
        if self._thought or self._thoughts.unended:
            spent = "all the tokens that it was given" if self.finish == "length" else "its reply"
            return (
                f"used {spent} to think and wrote no answer",
                "raise answer.max_tokens, or pick a model that thinks less",
            )
        return "sent an empty answer", "ask again, or pick another model"

    def _given(self, text: str) -> str:
        self.empty = self.empty and not text.strip()
        return text


Reader = Callable[[ServerEvent | Whole, Call], Piece]
"""A dialect: what an event says. Raises ``ModelFailed`` for an event that reports an error or makes no sense."""


async def converse(
    call: Call, name: str, read: Reader, patience: Patience, deadline: Deadline, heard: Heard = unheard
) -> AsyncGenerator[Token | Stop]:
    """Tokens, then one ``Stop``; a ``ModelFailed`` for anything else, after what had come until then."""
    silence = Silence(patience, deadline)
    reply = Reply(name)
    pace = Pace(time.monotonic)
    over = False
    try:
        async with aclosing(call.events(silence)) as events:
            async for event in events:
                if over:
                    continue
                piece = read(event, call)
                over = piece.over
                if piece.text or piece.thought:
                    silence.alive()
                    pace.beat()
                if text := reply.feed(piece):
                    yield Token(text)
                if over or reply.finish is not None:
                    silence.ending(over=over)
        if not over and reply.finish is None:
            raise call.cut()
    except ModelFailed:
        # After a declared end only the figures can be missing, and nobody asks again for those.
        if not over and reply.finish is None:
            if text := reply.rest():
                yield Token(text)
            raise
    if text := reply.rest():
        yield Token(text)
    if reply.empty:
        what, hint = reply.nothing()
        raise call.garbled(what, reason="empty", hint=hint)
    if speed := pace.tokens_a_second(reply.output_tokens):
        heard(speed)
    yield Stop(reply.finish or "stop", reply.input_tokens, reply.output_tokens)
