"""How does text become tensors? Pairs cut to a window, packed with others of their length.

Padding is the cost: pairs are sorted by length within a large pool, cut into batches of about as many tokens, and
the batches shuffled. A long passage shows one window: where an answer is marked, one that holds it, else the one that
looks most like what was asked, which is the hardest to refuse.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from tokenizers import Encoding, Tokenizer
from torch import Tensor

from pincite.encoders.shipped import special
from pincite.train.examples import Claim, Example, Text

POOL = 4096
"""Examples that are sorted by length together."""


class Pair(NamedTuple):
    """Tokens of one pair; ``start`` and ``end`` are those of the answer, inclusive, or -1."""

    ids: list[int]
    sides: list[int]
    begins: int
    """Where the passage's text begins; before it stand the asked text and the title."""
    start: int
    end: int
    score: float
    twisted: bool = False


@dataclass(frozen=True)
class Batch:
    """Tensors of B pairs, padded to S tokens, and what is right of them."""

    ids: Tensor
    sides: Tensor
    real: Tensor
    readable: Tensor
    starts: Tensor
    """(B,) int64 token where the answer starts, -1 where none is marked."""
    ends: Tensor
    scores: Tensor
    """(B,) float32, what search gave each."""
    twisted: Tensor
    """(B,) bool, is it the twisted question beside the passage of the right one?"""
    group: int
    """Pairs that belong together, the right one first; 1 for claims."""
    labels: Tensor | None = None
    """(B,) int64 of claims."""


class Cutter:
    """Text to pairs of tokens. ``asked``, ``title`` and ``text`` are the most tokens of each part."""

    def __init__(self, tokenizer: Tokenizer, asked: int = 32, title: int = 12, text: int = 112) -> None:
        self._tokenizer = tokenizer
        self._asked, self._title, self._text = asked, title, text
        self._cls, self._sep = (special(tokenizer, name) for name in ("[CLS]", "[SEP]"))

    def pairs(self, asked: str, texts: Sequence[Text], chance: random.Random, longest: int = 0) -> list[Pair]:
        """One pair for each text, in order. ``longest`` is for statements, which may be longer than questions."""
        most = longest or self._asked
        head, *rest = self._encoded([asked, *(t.title for t in texts), *(t.text for t in texts)])
        titles, bodies = rest[: len(texts)], rest[len(texts) :]
        return [
            self._pair(head.ids[:most], title.ids[: self._title], body, text, chance)
            for title, body, text in zip(titles, bodies, texts, strict=True)
        ]

    def _encoded(self, texts: list[str]) -> list[Encoding]:
        return self._tokenizer.encode_batch(texts, add_special_tokens=False)

    def _pair(self, head: list[int], title: list[int], body: Encoding, text: Text, chance: random.Random) -> Pair:
        start, end = _tokens(body, text)
        if start >= 0:
            first = _around(len(body.ids), self._text, start, end, chance)
        else:
            first = _nearest(body.ids, self._text, set(head))
        ids = body.ids[first : first + self._text]
        opening = [self._cls, *head, self._sep]
        whole = [*opening, *title, self._sep, *ids, self._sep] if title else [*opening, *ids, self._sep]
        begins = len(whole) - 1 - len(ids)
        marked = start - first >= 0 and end - first < len(ids) and start >= 0
        return Pair(
            whole,
            [0] * len(opening) + [1] * (len(whole) - len(opening)),
            begins,
            begins + start - first if marked else -1,
            begins + end - first if marked else -1,
            text.score,
        )


def _tokens(body: Encoding, text: Text) -> tuple[int, int]:
    """First and last token of the answer, or -1, -1."""
    if text.start < 0:
        return -1, -1
    inside = [at for at, (start, end) in enumerate(body.offsets) if start < text.end and end > text.start]
    return (inside[0], inside[-1]) if inside else (-1, -1)


def _around(length: int, most: int, start: int, end: int, chance: random.Random) -> int:
    """Where a window of ``most`` tokens that holds the answer begins."""
    if length <= most:
        return 0
    low, high = max(0, end - most + 1), min(start, length - most)
    return chance.randint(min(low, high), max(low, high))


def _nearest(ids: Sequence[int], most: int, asked: set[int]) -> int:
    """Where the window of ``most`` tokens with the most of the asked ones begins; the first of equals."""
    begins = [*range(0, max(1, len(ids) - most), most // 2), max(0, len(ids) - most)]
    return max(begins, key=lambda begin: len(asked.intersection(ids[begin : begin + most])))


def grouped(examples: Sequence[Example], cutter: Cutter, wrong: int, tokens: int, seed: int) -> Iterator[Batch]:
    """All examples once: each its right passage and ``wrong`` others, about ``tokens`` tokens a batch. Of several
    others the last is the right passage beside the twisted question, where there is one.
    """
    chance = random.Random(seed)  # noqa: S311
    order = [one for one in examples if len(one.wrong) >= wrong]
    chance.shuffle(order)
    for at in range(0, len(order), POOL):
        groups = [_group(one, cutter, wrong, chance) for one in order[at : at + POOL]]
        yield from _shuffled([_batch(some, 1 + wrong) for some in _packed(groups, tokens)], chance)


def _group(one: Example, cutter: Cutter, wrong: int, chance: random.Random) -> list[Pair]:
    twisted = cutter.pairs(one.twisted, [one.right], chance) if one.twisted and wrong > 1 else []
    texts = (one.right, *chance.sample(one.wrong, wrong - len(twisted)))
    return cutter.pairs(one.asked, texts, chance) + [pair._replace(twisted=True) for pair in twisted]


def claimed(claims: Sequence[Claim], cutter: Cutter, tokens: int, seed: int, longest: int = 64) -> Iterator[Batch]:
    """All claims once, about ``tokens`` tokens a batch."""
    chance = random.Random(seed)  # noqa: S311
    order = list(claims)
    chance.shuffle(order)
    for at in range(0, len(order), POOL):
        some = order[at : at + POOL]
        groups = [(cutter.pairs(one.said, [one.passage], chance, longest), one.label) for one in some]
        groups.sort(key=lambda each: len(each[0][0].ids))
        labels = iter([label for _, label in groups])
        batches = []
        for pairs in _packed([pairs for pairs, _ in groups], tokens):
            batch = _batch(pairs, 1)
            batches.append(Batch(**{**vars(batch), "labels": torch.tensor([next(labels) for _ in pairs])}))
        yield from _shuffled(batches, chance)


def _packed(groups: Sequence[list[Pair]], tokens: int) -> Iterator[list[list[Pair]]]:
    """Groups sorted by their longest pair (ties as they come), as many together as ``tokens`` padded tokens hold."""
    held: list[list[Pair]] = []
    pairs = 0
    for group in sorted(groups, key=lambda each: max(len(pair.ids) for pair in each)):
        longest = max(len(pair.ids) for pair in group)
        if held and (pairs + len(group)) * longest > tokens:
            yield held
            held, pairs = [], 0
        held.append(group)
        pairs += len(group)
    if held:
        yield held


def _shuffled(batches: list[Batch], chance: random.Random) -> list[Batch]:
    chance.shuffle(batches)
    return batches


def _batch(groups: Sequence[list[Pair]], size: int) -> Batch:
    pairs = [pair for group in groups for pair in group]
    longest = max(len(pair.ids) for pair in pairs)
    ids, sides = (torch.zeros(len(pairs), longest, dtype=torch.int64) for _ in range(2))
    real, readable = (torch.zeros(len(pairs), longest, dtype=torch.bool) for _ in range(2))
    for row, pair in enumerate(pairs):
        length = len(pair.ids)
        ids[row, :length] = torch.tensor(pair.ids)
        sides[row, :length] = torch.tensor(pair.sides)
        real[row, :length] = True
        readable[row, pair.begins : length - 1] = True
    starts, ends = (torch.tensor([getattr(pair, name) for pair in pairs]) for name in ("start", "end"))
    return Batch(
        ids,
        sides,
        real,
        readable,
        starts,
        ends,
        torch.tensor([pair.score for pair in pairs]),
        torch.tensor([pair.twisted for pair in pairs]),
        size,
    )
