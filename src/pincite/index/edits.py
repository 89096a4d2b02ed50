"""How many slips lead from one word to another? Optimal string alignment, of one word with many at once.

A slip leaves a letter out, adds one, takes a wrong one, or swaps two neighbours (Damerau, CACM 7(3), 1964; nothing is
slipped within a swap). O(letters² · words), in numpy over the words.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

ENDING = 4
"""Letters of a word that its stem may lack."""
KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
"""Rows of an English keyboard."""
_PLACES = {key: (row, column) for row, keys in enumerate(KEYS) for column, key in enumerate(keys)}
_VOWELS = frozenset("aeiouy")


def slips_between(one: str, other: str) -> int:
    """The same of two words, without numpy: for a few it is quicker."""
    before, row = [0] * (len(other) + 1), list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        next_ = [i]
        for j, beside in enumerate(other, start=1):
            best = min(row[j] + 1, next_[-1] + 1, row[j - 1] + (letter != beside))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == beside:
                best = min(best, before[j - 2] + 1)
            next_.append(best)
        before, row = row, next_
    return row[-1]


def slips(word: str, others: Sequence[str]) -> NDArray[np.int16]:
    """(len(others),) the least number of slips from each to ``word``."""
    return _rows(word, others)[-1]


def stem_slips(word: str, stems: Sequence[str]) -> NDArray[np.float64]:
    """The same to words of which only the stems are known: up to ``ENDING`` letters may be the ending, ¼ slip each."""
    rows = _rows(word, stems)[-ENDING - 1 :]
    lacking = np.arange(len(rows) - 1, -1, -1)[:, None]
    found: NDArray[np.float64] = np.min(np.array(rows) + lacking / 4, axis=0)
    return found


def _rows(word: str, others: Sequence[str]) -> list[NDArray[np.int16]]:
    """For each beginning of ``word``, from none of it to all, the slips to each of the others."""
    if not others:
        return [np.empty(0, np.int16)] * (len(word) + 1)
    longest = max(1, *(len(other) for other in others))
    codes = np.array(others, dtype=f"U{longest}").view(np.uint32).reshape(len(others), longest)
    all_, lengths = np.arange(len(others)), np.array([len(other) for other in others])
    row = np.tile(np.arange(longest + 1, dtype=np.int16), (len(others), 1))
    before = row
    found = [row[all_, lengths]]
    for i, letter in enumerate(word, start=1):
        next_ = np.empty_like(row)
        next_[:, 0] = i
        wrong = (codes != ord(letter)).astype(np.int16)
        for j in range(1, longest + 1):
            best = np.minimum(np.minimum(row[:, j], next_[:, j - 1]) + 1, row[:, j - 1] + wrong[:, j - 1])
            if i > 1 and j > 1:
                swapped = (codes[:, j - 2] == ord(letter)) & (codes[:, j - 1] == ord(word[i - 2]))
                best = np.where(swapped, np.minimum(best, before[:, j - 2] + 1), best)
            next_[:, j] = best
        before, row = row, next_
        found.append(row[all_, lengths])
    return found


def odd(typed: str, meant: str) -> bool:
    """Whether a wrong letter is neither a key beside the right one nor a vowel for a vowel: an unlikely slip."""
    if len(typed) != len(meant):
        return False
    pairs = [(a, b) for a, b in zip(typed, meant, strict=True) if a != b]
    return len(pairs) == 1 and not _near(*pairs[0])


def near_keys(letter: str) -> list[str]:
    """The keys around a letter's."""
    return [key for key in _PLACES if key != letter and letter in _PLACES and _touch(letter, key)]


def _near(a: str, b: str) -> bool:
    if {a, b} <= _VOWELS:
        return True
    return a in _PLACES and b in _PLACES and _touch(a, b)


def _touch(a: str, b: str) -> bool:
    (row, column), (other, beside) = _PLACES[a], _PLACES[b]
    return abs(row - other) <= 1 and abs(column - beside) <= 1
