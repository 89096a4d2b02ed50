"""Does the text of the model that writes first suffice, or must another one write it?

What was shown is never taken away, so the question is settled before anything is shown: the first sentences are held
back until they are checked. Enough of them supported, and they go out, and the rest as it comes; else nobody has seen a
word, and the next model writes.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field

from pincite.answer.write.strict import NOT_FOUND
from pincite.answer.write.write import Written
from pincite.events import Cited, Wrote
from pincite.ports import Deadline, ModelClient
from pincite.settings import ModelSettings
from pincite.types import Verdict


@dataclass(frozen=True)
class First:
    """Who writes first, and what its text must show: of its first ``sentences`` that state something, at least the
    share ``supported`` says what its sources say. ``seconds`` are allowed for these."""

    model: ModelClient
    sentences: int
    supported: float
    seconds: float

    @classmethod
    def of(cls, model: ModelClient, settings: ModelSettings) -> First:
        return cls(model, settings.first_sentences, settings.first_supported, settings.first_s)


class Wanting(Exception):
    """The text does not suffice. Nobody has seen any of it."""


@dataclass
class _Opening:
    """What is held back, and what its checks found."""

    first: First
    events: list[Wrote | Cited | Written] = field(default_factory=list)
    text: str = ""
    verdicts: dict[tuple[int, int], Verdict] = field(default_factory=dict)
    over: bool = False

    def add(self, event: Wrote | Cited | Written) -> None:
        self.events.append(event)
        match event:
            case Wrote(text=text):
                self.text += text
            case Cited(sentence=sentence):
                left_out = self.text[sentence.start : sentence.end] == NOT_FOUND
                verdict = Verdict.UNSUPPORTED if left_out else sentence.verdict
                self.verdicts[(sentence.start, sentence.end)] = verdict
            case Written():
                self.over = True

    @property
    def stated(self) -> list[Verdict]:
        """Of sentences that state something about the world."""
        return [verdict for verdict in self.verdicts.values() if verdict is not Verdict.EXEMPT]

    @property
    def complete(self) -> bool:
        return self.over or len(self.stated) >= self.first.sentences

    def judge(self) -> None:
        """Raises ``Wanting``."""
        stated = self.stated
        if not stated:
            late = f"had no sentence to check within {self.first.seconds:g} s"
            raise Wanting("says that it does not know" if self.over else late)
        supported = stated.count(Verdict.SUPPORTED)
        if supported < self.first.supported * len(stated):
            raise Wanting(f"{supported} of its first {len(stated)} sentences are supported")


async def held(
    writing: AsyncGenerator[Wrote | Cited | Written], first: First, deadline: Deadline
) -> AsyncGenerator[Wrote | Cited | Written]:
    """The same events, the first of them when they are found to suffice. Raises ``Wanting`` before any, and whatever
    ``writing`` raises."""
    opening = _Opening(first)
    until = deadline.within(first.seconds)
    async with aclosing(writing):
        coming = asyncio.ensure_future(anext(writing, None))
        try:
            while not opening.complete:
                await asyncio.wait([coming], timeout=until.left())
                if not coming.done():
                    break
                if (event := coming.result()) is None:
                    break
                opening.add(event)
                coming = asyncio.ensure_future(anext(writing, None))
            opening.judge()
            for event in opening.events:
                yield event
            while (event := await coming) is not None:
                yield event
                coming = asyncio.ensure_future(anext(writing, None))
        finally:
            coming.cancel()
            await asyncio.gather(coming, return_exceptions=True)
