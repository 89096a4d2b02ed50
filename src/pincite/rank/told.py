"""Why does this hit stand where it stands? Its signals in words that a person understands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pincite.rank.linear import ADDS
from pincite.rank.policy import ANY, Policy
from pincite.types import Hit

WORDS = {
    "title": "its title is what you ask for",
    "heading": "its heading is what you ask for",
    "fresh": "it is new",
    "of_year": "it is of the year you name",
    "trusted": "your policy says how far to trust it",
    "short": "it has hardly any words",
    "fragments": "it is hardly made of sentences",
    "repetitive": "it repeats itself",
    "links": "it is mostly links",
    "boilerplate": "it reads like a page's footer",
    "link_rank": "other documents link to it",
    "answerable": "the reader sees the answer in it",
    "liked": "people have judged it",
    "reranker": "the reranker has read it",
    "boost": "your policy boosts or lowers it",
    "found": "of its score in the search",
    "bm25": "of its words",
    "bm25_z": "of its words against the others'",
    "dense": "of its meaning",
    "dense_z": "of its meaning against the others'",
    "coverage_sentence": "of your words in one sentence",
    "coverage_pair": "of your words in two sentences",
    "proximity": "your words stand near each other",
    "rank_text": "of its place by words",
    "rank_dense": "of its place by meaning",
}
"""What may follow "since" or "because", by signal."""


def told(hit: Hit, policy: Policy = ANY) -> Iterator[str]:
    """One reason a line: the search's own score, then what was added to it or taken away, the most first."""
    signals = hit.signals
    yield f"{signals.get('base', hit.score):.2f} {_found(signals)}"
    adding = {name.removeprefix(ADDS): value for name, value in signals.items() if name.startswith(ADDS)}
    for name, adds in sorted(adding.items(), key=lambda item: -abs(item[1])):
        yield f"{adds:+.2f} because {WORDS[name]}{_asked_for_new(signals) if name == 'fresh' else ''}"
    yield from policy.of(hit.passage.document).told()
    if signals.get("copies"):
        yield f"it stands for {signals['copies']:.0f} more that say the same"
    if signals.get("crowded"):
        yield "it stepped back: its document has more passages above"


def _asked_for_new(signals: Mapping[str, float]) -> str:
    share = signals.get("sensitivity", 0.0)
    return f", and to your question that matters (by {share:.0%})" if share else ""


def _found(signals: Mapping[str, float]) -> str:
    """What the first number is, and where text and vectors had the passage."""
    if "adds_found" in signals:
        return "is what the learned ranker expects of any passage"
    places = {"text": signals.get("rank_text"), "meaning": signals.get("rank_dense")}
    said = [f"no. {place:.0f} by {name}" for name, place in places.items() if place is not None]
    return "for its words and meaning" + (f" ({', '.join(said)})" if said else "")
