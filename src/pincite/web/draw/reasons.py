"""Why does a source stand where it stands? The signals of its best passage, as a newcomer reads them.

``rank.told`` says the same to who tunes a ranking. Here a part is a few words and what they add, the most first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pincite.rank.linear import ADDS
from pincite.web.words import t

WORDS = "Your words in it"
MEANING = "What it means, compared with your question"
PARTS = {
    "title": "Its title has your words",
    "heading": "Its heading has your words",
    "fresh": "How new it is",
    "of_year": "It is of the year you name",
    "trusted": "How far the rules of this server trust it",
    "boost": "The rules of this server raise or lower it",
    "short": "It has hardly any words",
    "fragments": "It is hardly made of sentences",
    "repetitive": "It repeats itself",
    "links": "It is mostly links",
    "boilerplate": "It reads like the foot of a page",
    "link_rank": "Other documents link to it",
    "answerable": "The short answer stands in it",
    "liked": "What readers thought of answers that cite it",
    "reranker": "Read once more, together with your question",
    "found": "What any passage begins with",
    "bm25": WORDS,
    "bm25_z": WORDS,
    "coverage_sentence": WORDS,
    "coverage_pair": WORDS,
    "proximity": WORDS,
    "rank_text": WORDS,
    "dense": MEANING,
    "dense_z": MEANING,
    "rank_dense": MEANING,
}
"""What a part of the score is called, by its signal. Those of one name are told as one."""
LEAST = 0.005
"""What adds less is not seen in two decimals, and is not told."""


@dataclass(frozen=True)
class Reasons:
    """The search's own score with how it came about, what was added to it, and their sum; each as it is shown."""

    found: str
    base: str
    parts: tuple[tuple[str, str], ...]
    total: str
    notes: tuple[str, ...]


def reasons(signals: Mapping[str, float]) -> Reasons | None:
    """``None`` where nothing ranked the source: it came whole."""
    if "base" not in signals:
        return None
    adding: dict[str, float] = {}
    for name, value in signals.items():
        if name.startswith(ADDS):
            words = t(PARTS[name.removeprefix(ADDS)])
            adding[words] = adding.get(words, 0.0) + value
    parts = sorted(
        ((words, adds) for words, adds in adding.items() if abs(adds) >= LEAST), key=lambda one: -abs(one[1])
    )
    return Reasons(
        found=_found(signals),
        base=f"{signals['base']:.2f}",
        parts=tuple((words, f"{adds:+.2f}") for words, adds in parts),
        total=f"{signals['base'] + sum(adding.values()):.2f}",
        notes=tuple(_notes(signals)),
    )


def _found(signals: Mapping[str, float]) -> str:
    """The first line: by what the search found the passage."""
    words, meaning = signals.get("rank_text"), signals.get("rank_dense")
    if words and meaning:
        return t(
            "Found by your words (no. {words}) and by meaning (no. {meaning})",
            words=f"{words:.0f}",
            meaning=f"{meaning:.0f}",
        )
    if words:
        return t("Found by your words (no. {n})", n=f"{words:.0f}")
    if meaning:
        return t("Found by meaning alone (no. {n}): it says it in other words", n=f"{meaning:.0f}")
    return t("Its place in what was found")


def _notes(signals: Mapping[str, float]) -> list[str]:
    found = []
    if signals.get("opening"):
        found.append(t("It comes first because it says what the thing you ask about is."))
    if copies := signals.get("copies"):
        found.append(t("It stands for {n} more that say the same.", n=f"{copies:.0f}"))
    return found
