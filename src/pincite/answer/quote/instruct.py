"""How is it done? The passage that tells it, as it stands there: its sentences in their order, its lists, its code.

Whoever asks how to do a thing wants the command, and what stands around it. A best sentence out of each of three
passages leads nowhere, and a reader that has learnt short answers finds none in code (decision 82).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pincite.answer.question.plan import Kind, Plan
from pincite.answer.quote.candidates import Candidate
from pincite.answer.quote.score import Scored
from pincite.types import Hit

REREAD = 0.05
"""What a logit of the cross-encoder is worth beside a cosine."""
UNREAD = -3.0
"""Its logit of a passage that it has not reread."""
SENTENCES = 12
"""The most that are told, a block of code counted as one."""
FEW_WORDS, AS_GOOD, PASSAGES = 80, 0.1, 3
"""While fewer words are told, the next passage is, too, if it is worth nearly as much; so many of them."""
_ANNOUNCING = (":", "…", "...")
_LABEL = re.compile(r"(\*\*|__|[*_])[^*_`]+\1")
"""A line that is a heading but for the signs: **Note.**, *29 November 2026*."""

LOOKED_UP = 4
"""Items from which on a list of names is looked up, not read."""
_NAMED = re.compile(r"[`*_]*-{0,2}[\w.]+(?:[-=][\w.]+)*[`*_]*(?: <[^>]*>)?\s?[-–—:]\s")
"""How an item begins that says what something is: ``--reload -``, ``timeout:``."""


def instructed(
    plan: Plan, hits: Sequence[Hit], sentences: Sequence[Candidate], scored: Scored, max_words: int
) -> list[int]:
    """For instructions: the passages that fit the question best, each from its start. What only announces something
    does not end one."""
    if plan.kind is not Kind.HOW_TO or not hits:
        return []
    worth = _worth(hits, sentences, scored)
    told: list[int] = []
    for best in np.argsort(-worth, kind="stable")[:PASSAGES]:
        left = max_words - _words(told, sentences)
        if told and (left < max_words - FEW_WORDS or worth[best] < worth.max() - AS_GOOD):
            break
        own = [at for at, one in enumerate(sentences) if one.hit == best and one.text and not _is_label(one)]
        own = _looked_up(own, sentences, scored)[: SENTENCES - len(told)]
        while own and (_words(own, sentences) > left or sentences[own[-1]].text.endswith(_ANNOUNCING)):
            own.pop()
        told += own
    return told


def _looked_up(own: list[int], sentences: Sequence[Candidate], scored: Scored) -> list[int]:
    """Of a list of names, each with what it means, only those items that are asked about, if any; of all others all."""
    named = [at for at in own if sentences[at].item and _NAMED.match(sentences[at].text)]
    asked = [at for at in named if scored.asked.terms.intersection(sentences[at].terms)]
    return [at for at in own if at not in named or at in asked] if asked and len(named) >= LOOKED_UP else own


def _is_label(one: Candidate) -> bool:
    """A heading, a table's head, or a block of code without any, as a directive is. A short line with code is none."""
    if one.code:
        return one.text.count("\n") < 2
    return bool((one.heading and "`" not in one.text) or _LABEL.fullmatch(one.text))


def _worth(hits: Sequence[Hit], sentences: Sequence[Candidate], scored: Scored) -> NDArray[np.float64]:
    """Of each hit: how near it is, and what the cross-encoder says. Without vectors what its sentences are worth."""
    near = np.zeros(len(hits))
    for one, chance, dense in zip(sentences, scored.chance, scored.column("hit_dense"), strict=True):
        near[one.hit] = dense if scored.vectors else near[one.hit] + chance
    return near + REREAD * np.array([hit.signals.get("reranker", UNREAD) for hit in hits])


def _words(some: Sequence[int], sentences: Sequence[Candidate]) -> int:
    return sum(sentences[at].size for at in some)
