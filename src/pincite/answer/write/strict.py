"""What may stand in a strict answer? Only what its sources say; in place of the rest stand a few words that say so.

A ``Citer`` gives text before it knows whether a sentence is supported. Here each sentence is held back until it is
judged: a supported one, also in part, goes on; so does what states nothing about the world; a sentence that no source
supports is never shown. Text stays append-only, and the spans of sentences are those of the text that was given.
"""

from __future__ import annotations

from collections.abc import Sequence

from pincite.answer.write.cite import Citer
from pincite.events import Cited, Wrote
from pincite.types import Sentence, Span, Verdict

NOT_FOUND = "[Not found in the sources.]"
"""Stands once for each run of sentences that nothing supports."""
LEFT_OUT = (Verdict.UNCHECKED, Verdict.UNSUPPORTED, Verdict.UNCITED)


class Strict:
    """Feed it a model's text; it gives events of what is supported. One for each answer."""

    def __init__(self, citer: Citer) -> None:
        self.text = ""
        """The text that was given."""
        self._citer = citer
        self._judged = 0
        """Up to here the model's text has been judged."""
        self._left_out = False
        """The last sentence was."""

    def feed(self, piece: str) -> list[Wrote | Cited]:
        """What ``piece`` made certain."""
        return self.sift(self._citer.feed(piece))

    def finish(self) -> list[Wrote | Cited]:
        """The last sentences, and what stands behind them."""
        return [*self.sift(self._citer.finish()), *self.rest()]

    def sift(self, events: Sequence[Wrote | Cited]) -> list[Wrote | Cited]:
        """What may stand of the citer's events; all of them come by here, in order."""
        return [kept for event in events if isinstance(event, Cited) for kept in self._sentence(event.sentence)]

    def rest(self) -> list[Wrote | Cited]:
        """What stands behind the last sentence, when all have come by."""
        return self._written(self._citer.text[self._judged :])

    def _sentence(self, sentence: Sentence) -> list[Wrote | Cited]:
        before = self._citer.text[self._judged : sentence.start]
        said = self._citer.text[sentence.start : sentence.end]
        self._judged = sentence.end
        if sentence.verdict not in LEFT_OUT:
            self._left_out = False
            return self._told(before, said, sentence)
        if self._left_out:
            return []
        self._left_out = True
        return self._told(before, NOT_FOUND, Sentence(start=0, end=0, verdict=Verdict.EXEMPT))

    def _told(self, before: str, said: str, sentence: Sentence) -> list[Wrote | Cited]:
        wrote = self._written(before + said)
        end = len(self.text)
        shift = end - len(said) - sentence.start
        short = sentence.short and Span(start=sentence.short.start + shift, end=sentence.short.end + shift)
        moved = sentence.model_copy(update={"start": end - len(said), "end": end, "short": short})
        return [*wrote, Cited(sentence=moved)]

    def _written(self, text: str) -> list[Wrote | Cited]:
        self.text += text
        return [Wrote(text=text)] if text else []
