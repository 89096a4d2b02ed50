"""Is this a good set of options to choose from? The rule, and its exam on labels that people gave.

MIMICS-Manual's labels of an option set are 0 (bad), 1 (fair), 2 (good). The rule says bad of an option that

- adds nothing to the query, or more than six words;
- begins or ends with a word that only joins others ("of", "the"), or with punctuation; or has no letter or digit;
- says the same as another option: the same content words, or more than 0.8 of them in common.

Everything else is fair at least. Whether the facts behind it are right is not looked at: that is what searching for
each option before it is shown is for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pincite.answer.facets import plain
from pincite.evals import sets
from pincite.text.tokens import STOP_WORDS

MOST_WORDS = 6
SAME = 0.8
_EDGE = re.compile(r"^[\s,;:.!?/–—-]|[\s,;:/–—-]$")
_MAY_END = frozenset("not all own yours mine more most".split())


def judged(query: str, labels: Sequence[str]) -> list[bool]:
    """Whether each option is fair at least."""
    words = [plain(label) - plain(query) for label in labels]
    return [_is_fair(label, words[at], [*words[:at], *words[at + 1 :]]) for at, label in enumerate(labels)]


def _is_fair(label: str, words: frozenset[str], others: Sequence[frozenset[str]]) -> bool:
    said = label.lower().split()
    if not words or len(said) > MOST_WORDS or _EDGE.search(label):
        return False
    if said[-1] in STOP_WORDS - _MAY_END:
        return False
    return not any(len(words & other) > SAME * len(words | other) for other in others)


@dataclass(frozen=True)
class Agreement:
    """The rule beside people, over option sets: one is bad where any of its options is."""

    sets: int
    bad: int
    """By people."""
    said_bad: int
    """By the rule."""
    both: int


def exam(paths: Sequence[Path]) -> Agreement:
    """The rule on panes: ``{"query", "options": [{"text"}], "options_label": 0 | 1 | 2}``."""
    total = bad = said_bad = both = 0
    for path in paths:
        for _, row in sets.rows(path):
            if row.get("options_label") is None:
                continue
            fair = all(judged(str(row["query"]), [str(option["text"]) for option in row["options"]]))
            total += 1
            bad += row["options_label"] == 0
            said_bad += not fair
            both += row["options_label"] == 0 and not fair
    return Agreement(total, bad, said_bad, both)
