"""Is this a good option to choose from? It is well formed, and leads somewhere of its own. The rule, and its exam.

*Well formed* is one that adds something to the query; that has no more than six words, a letter or digit, and no
punctuation at its ends; whose last word does not only join others ("of", "the"); and that does not say the same as
another one: the same content words, or more than 0.8 of them in common.

*Leads somewhere*: of the first three passages of what is found with it, as an answer to the choice would be written
from, one says all that the option adds, and is about what was asked. *Leads apart*: the first of them is not the first
one of another option; who picks one of two that lead to the same has not been asked anything.

MIMICS-Manual has a label of a set, 0 (bad), 1 (fair) or 2 (good), and beside it one of the page to which each option
leads. So the exam says how far each half of the rule tells bad sets: the first by our rule, the second by people's
labels of the pages, for the pages themselves are not there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pincite.answer.clarify.facets import PLEAS, SAME, overlap, plain, said
from pincite.evals import sets
from pincite.types import Hit

MOST_WORDS = 6
ABOUT = 0.66
"""Share of the words asked that a passage must have, with its title and headings, to be about what was asked."""
FIRST = 3
"""Passages of which one must be what the option says."""
_EDGE = re.compile(r"^[\s,;:.!?/–—-]|[\s,;:/–—-]$")
_JOINS = frozenset(
    """a about above after an and as at because before below between but by during for from her his if in into its my
    nor of off on onto or our over per since so than that the their then these this those through to under until upon
    via when where which while who whose with within without your""".split()
)


def lands(query: str, terms: str, found: Sequence[Hit]) -> bool:
    """Whether an option with these search ``terms`` leads to what it says, and to what was asked."""
    asked = plain(query) - PLEAS
    first = [said(hit) for hit in found[:FIRST]]
    return any(plain(terms) <= words and len(asked & words) >= ABOUT * len(asked) for words in first)


def apart(found: Sequence[Sequence[Hit]]) -> list[bool]:
    """Of what is found with each option, whether it begins with a passage that none of the others begins with."""
    firsts = Counter(hits[0].passage.id for hits in found if hits)
    return [bool(hits) and firsts[hits[0].passage.id] == 1 for hits in found]


def judged(query: str, labels: Sequence[str]) -> list[bool]:
    """Whether each option is well formed."""
    words = [plain(label) - plain(query) for label in labels]
    return [_is_formed(label, words[at], [*words[:at], *words[at + 1 :]]) for at, label in enumerate(labels)]


def _is_formed(label: str, words: frozenset[str], others: Sequence[frozenset[str]]) -> bool:
    spoken = label.lower().split()
    if not words or len(spoken) > MOST_WORDS or _EDGE.search(label) or spoken[-1] in _JOINS:
        return False
    return not any(overlap(words, other) > SAME for other in others)


@dataclass(frozen=True)
class Agreement:
    """A way to tell bad sets of options beside people: one is bad where any of its options is."""

    sets: int
    bad: int
    """By people."""
    said_bad: int
    both: int

    @classmethod
    def of(cls, pairs: Sequence[tuple[bool, bool]]) -> Agreement:
        """Of what people say and what is said beside them, each whether a set is bad."""
        bad, said_bad = (sum(pair[at] for pair in pairs) for at in range(2))
        return cls(len(pairs), bad, said_bad, sum(all(pair) for pair in pairs))

    @property
    def precision(self) -> float | None:
        return self.both / self.said_bad if self.said_bad else None

    @property
    def recall(self) -> float | None:
        return self.both / self.bad if self.bad else None


def exam(paths: Sequence[Path]) -> dict[str, Agreement]:
    """By half of the rule, and by both, on panes: ``{"query", "options": [{"text", "label"?}], "options_label"}``."""
    pairs: dict[str, list[tuple[bool, bool]]] = {"well formed": [], "leads somewhere": [], "both": []}
    for path in paths:
        for _, row in sets.rows(path):
            if row.get("options_label") is None:
                continue
            bad, options = row["options_label"] == 0, row["options"]
            formed = all(judged(str(row["query"]), [str(option["text"]) for option in options]))
            leads = all(option.get("label") != 0 for option in options)
            pairs["well formed"].append((bad, not formed))
            pairs["leads somewhere"].append((bad, not leads))
            pairs["both"].append((bad, not (formed and leads)))
    return {name: Agreement.of(some) for name, some in pairs.items()}
