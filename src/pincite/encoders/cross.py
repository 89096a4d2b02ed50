"""Does this passage answer, where, and does it say so? A small cross-encoder reads two texts together.

One run over ``[CLS] asked [SEP] title [SEP] text [SEP]`` gives a relevance, the likeliest answer in the text, and how
far the text supports what was asked, if that was a statement. ``pincite train`` makes the weights; a folder of them
holds the graph, the tokenizer, and a card with their hashes and what they were measured to be worth. A long text is
read by windows of whole sentences. One pair a run, see ``embed``.
"""

from __future__ import annotations

import hashlib
import json
import threading
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np
import onnxruntime as ort  # type: ignore[import-untyped]
from numpy.typing import NDArray
from tokenizers import Tokenizer

from pincite.encoders.shipped import MEND, TOKENIZER, WEIGHTS, parsed, session, special
from pincite.errors import Damaged
from pincite.ports import Answered, Deadline, Reading
from pincite.settings import Settings
from pincite.text.sentences import split
from pincite.types import Passage, Span

SHIPPED = WEIGHTS / "cross"
NONE = "none"
"""Names no cross-encoder in ``rank.cross_encoder``."""
MODEL = "cross-l6.int8.onnx"
CARD = "card.json"
ASKED, SAID, TITLE, TEXT = 32, 64, 12, 72
"""Tokens of a question, of a statement, of a title, and of a window of text: as in training."""
LONGEST_ANSWER = 24
"""Tokens."""
CHECKED = 3
"""Windows of a passage in which support for a statement is looked for."""
BEST = 3
"""Answers told of each passage."""
_TRIED = 8 * BEST
"""Spans of a window that are looked at."""
_KEPT = 512
"""Readings kept: what was read for ranking is read again for answering."""

Floats = NDArray[np.float32]
Item = TypeVar("Item", Passage, "Window")
Done = TypeVar("Done")


class Window(NamedTuple):
    """Tokens of one pair, and where in the text each token of the passage stands."""

    ids: tuple[int, ...]
    sides: tuple[int, ...]
    begins: int
    offsets: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class _Read:
    relevance: float
    starts: Floats
    ends: Floats
    support: Floats


class CrossEncoder:
    """A ``Scorer`` and a ``Reader``. Deterministic; safe to call from any number of threads."""

    def __init__(
        self, session_: ort.InferenceSession, tokenizer: Tokenizer, card: dict[str, object], threads: int
    ) -> None:
        self._session = session_
        self._tokenizer = tokenizer
        self.card = card
        self._cls, self._sep = (special(tokenizer, name) for name in ("[CLS]", "[SEP]"))
        self._threads = max(1, threads)
        self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix="read")
        self._kept: OrderedDict[Window, _Read] = OrderedDict()
        self._keeping = threading.Lock()

    @classmethod
    def load(cls, folder: Path, threads: int = 2) -> CrossEncoder:
        """The weights in ``folder``, checked against its card. Raises ``Damaged`` if a file is missing or another."""
        hint = f"train them again with: pincite train, or take {folder} out of rank.cross_encoder"
        if folder == SHIPPED:
            hint = MEND
        try:
            card = json.loads((folder / CARD).read_text(encoding="utf-8"))
            cutter = folder / TOKENIZER if (folder / TOKENIZER).exists() else WEIGHTS / TOKENIZER
            files = {MODEL: (folder / MODEL).read_bytes(), TOKENIZER: cutter.read_bytes()}
        except (OSError, ValueError) as error:
            raise Damaged(f"the cross-encoder in {folder} can't be read: {error}", hint=hint) from None
        for name, data in files.items():
            found, expected = hashlib.sha256(data).hexdigest(), card.get("sha256", {}).get(name)
            if found != expected:
                raise Damaged(f"{folder / name} is not what its card says: sha256 {found}, not {expected}", hint=hint)
        return cls(session(files[MODEL]), parsed(files[TOKENIZER]), card, threads)

    @classmethod
    def configured(cls, settings: Settings) -> CrossEncoder | None:
        """The one that the settings name, or was trained into the data folder, or is shipped; ``None`` for ``none``."""
        if settings.rank.cross_encoder == NONE:
            return None
        own = settings.rank.cross_encoder or settings.cross_dir.is_dir()
        return cls.load(settings.cross_dir) if own else _shipped()

    @property
    def name(self) -> str:
        """Names the weights."""
        sums = self.card.get("sha256")
        return f"cross {sums[MODEL][:12]}" if isinstance(sums, dict) else "cross"

    def score(self, question: str, passages: Sequence[Passage], deadline: Deadline) -> Sequence[float]:
        """The relevance of each passage's nearest window, a logit; of the first so many that there was time for."""
        asked = self._ids(question, ASKED)

        def relevance(passage: Passage) -> float:
            return self._read(_nearest(self._windows(asked, passage), set(asked))[0]).relevance

        return self._in_time(relevance, passages, deadline)

    def read(self, question: str, passages: Sequence[Passage], deadline: Deadline) -> list[Reading]:
        """What each passage answers, of the first so many that there was time for.

        Chances are over all answers of all these passages together: they sum to ≤ 1.
        """
        asked = self._ids(question, ASKED)
        windows = [self._windows(asked, passage) for passage in passages]
        reads = iter(self._in_time(self._read, [each for own in windows for each in own], deadline))
        read = [[(each, one) for each, one in zip(own, reads, strict=False)] for own in windows]
        read = [own for own, all_ in zip(read, windows, strict=True) if len(own) == len(all_)]
        every = [one for own in read for _, one in own]
        whole = _ends(every)
        readings = []
        for passage, own in zip(passages, read, strict=False):
            answers = [each for window, one in own for each in _answers(passage.text, window, one, *whole)]
            relevance = max(one.relevance for _, one in own)
            marked = sum(_ends([one for _, one in own])) / 2
            readings.append(Reading(relevance, _distinct(answers), marked))
        return readings

    def _in_time(self, work: Callable[[Item], Done], items: Sequence[Item], deadline: Deadline) -> list[Done]:
        """``work`` of the first so many items that there was time for. Whoever is free takes the next: none waits."""
        todo = iter(enumerate(items))
        taking = threading.Lock()

        def take() -> dict[int, Done]:
            done = {}
            while deadline.left():
                with taking:
                    at, item = next(todo, (-1, None))
                if item is None:
                    break
                done[at] = work(item)
            return done

        found: dict[int, Done] = {}
        for each in [self._pool.submit(take) for _ in range(min(self._threads, len(items)))]:
            found |= each.result()
        return [found[at] for at in sorted(found)]

    def support(self, statement: str, passages: Sequence[Passage]) -> list[tuple[float, float, float]]:
        """For each passage the chances that it says no such thing, a part of it, all of it.

        They are those of the window that says it best, of the ``CHECKED`` nearest ones.
        """
        said = self._ids(statement, SAID)
        windows = [_nearest(self._windows(said, passage), set(said), CHECKED) for passage in passages]
        reads = iter(list(self._pool.map(self._read, [each for own in windows for each in own])))
        found = []
        for own in windows:
            chances = [_softmax(one.support) for _, one in zip(own, reads, strict=False)]
            best = max(chances, key=lambda each: float(each[2]))
            found.append((float(best[0]), float(best[1]), float(best[2])))
        return found

    # ── windows ──

    def _ids(self, text: str, most: int) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids[:most]
        return ids

    def _windows(self, asked: Sequence[int], passage: Passage) -> list[Window]:
        """The passage in windows of at most ``TEXT`` tokens; at least one, also of an empty text."""
        title = self._ids(passage.document.title, TITLE)
        body = self._tokenizer.encode(passage.text, add_special_tokens=False)
        opening = [self._cls, *asked, self._sep]
        context = [*title, self._sep] if title else []
        begins = len(opening) + len(context)
        windows = []
        for first, last in _cuts(passage.text, body.offsets):
            whole = [*opening, *context, *body.ids[first:last], self._sep]
            sides = [0] * len(opening) + [1] * (len(whole) - len(opening))
            windows.append(Window(tuple(whole), tuple(sides), begins, tuple(body.offsets[first:last])))
        return windows

    def _read(self, window: Window) -> _Read:
        with self._keeping:
            kept = self._kept.get(window)
            if kept is not None:
                self._kept.move_to_end(window)
                return kept
        given = {"input_ids": np.array([window.ids], np.int64), "sides": np.array([window.sides], np.int64)}
        relevance, spans, support = self._session.run(["relevance", "spans", "support"], given)
        text = spans[0, window.begins : len(window.ids) - 1]
        read = _Read(float(relevance[0, 0]), text[:, 0], text[:, 1], support[0])
        with self._keeping:
            self._kept[window] = read
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return read


@lru_cache(maxsize=1)
def _shipped() -> CrossEncoder:
    """Loaded once a process; several engines may read with it."""
    return CrossEncoder.load(SHIPPED)


def _cuts(text: str, offsets: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Runs of tokens, together all of them: as many whole sentences as fit; one that is too long by overlapping parts.

    Every window costs a run of the network, so they overlap only where an answer might be cut in two.
    """
    if len(offsets) <= TEXT:
        return [(0, len(offsets))]
    begins = [begin for begin, _ in offsets]
    ends = [bisect_left(begins, end) for _, end in split(text)]
    cuts: list[tuple[int, int]] = []
    first = before = 0
    for end in [*ends, len(offsets)]:
        if end - first > TEXT and before > first:
            cuts.append((first, before))
            first = before
        while end - first > TEXT:
            cuts.append((first, first + TEXT))
            first += TEXT - LONGEST_ANSWER
        before = end
    return [*cuts, (first, len(offsets))]


def _nearest(windows: Sequence[Window], asked: set[int], most: int = 1) -> list[Window]:
    """The windows with the most of the asked tokens, best first; the first of equals."""
    return sorted(windows, key=lambda each: -len(asked.intersection(each.ids[each.begins : -1])))[:most]


def _softmax(logits: Floats) -> Floats:
    odds: Floats = np.exp(logits - logits.max())
    chances: Floats = odds / odds.sum()
    return chances


def _ends(read: Sequence[_Read]) -> tuple[float, float]:
    """The log of the sum of the odds of all starts, and that of all ends."""
    return _log_sum([one.starts for one in read]), _log_sum([one.ends for one in read])


def _log_sum(logits: Sequence[Floats]) -> float:
    joined = np.concatenate([*logits, np.array([-1e9], np.float32)])
    most = float(joined.max())
    return most + float(np.log(np.exp(joined - most).sum()))


def _answers(text: str, window: Window, read: _Read, starts: float, ends: float) -> list[Answered]:
    """The likeliest answers in one window, best first: whole words, no half of a bracket or a quotation.

    Their chance is that of both ends.
    """
    tokens = len(read.starts)
    if not tokens:
        return []
    scores = read.starts[:, None] + read.ends[None, :]
    allowed = np.triu(np.ones((tokens, tokens), bool)) & ~np.triu(np.ones((tokens, tokens), bool), LONGEST_ANSWER)
    opens = np.array([not _inside_a_word(text, start) for start, _ in window.offsets])
    closes = np.array([not _inside_a_word(text, end) for _, end in window.offsets])
    scores = np.where(allowed & opens[:, None] & closes[None, :], scores, -np.inf)
    best = np.argsort(scores, axis=None)[::-1][:_TRIED]
    found = []
    for first, last in zip(*np.unravel_index(best, scores.shape), strict=True):
        span = Span(start=window.offsets[first][0], end=window.offsets[last][1])
        if np.isfinite(scores[first, last]) and _balanced(text[span.start : span.end]):
            found.append(Answered(span, float(np.exp(scores[first, last] - starts - ends))))
    return found


def _inside_a_word(text: str, at: int) -> bool:
    return 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum()


def _balanced(text: str) -> bool:
    """Is every bracket and quotation that begins in it also ended, and the other way round?"""
    open_ = 0
    for character in text:
        open_ += (character in "([") - (character in ")]")
        if open_ < 0:
            return False
    return not open_ and text.count('"') % 2 == 0 and text.count("“") == text.count("”")


def _distinct(answers: Sequence[Answered]) -> tuple[Answered, ...]:
    """The best few that do not overlap, best first; ties by place."""
    kept: list[Answered] = []
    for answer in sorted(answers, key=lambda each: (-each.chance, each.span.start)):
        if len(kept) < BEST and all(answer.span.end <= k.span.start or answer.span.start >= k.span.end for k in kept):
            kept.append(answer)
    return tuple(kept)
