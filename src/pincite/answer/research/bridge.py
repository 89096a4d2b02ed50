"""What does a passage lead on to? The names by which the next search may find the rest.

A *bridge* is the thing that joins two passages (Yang et al., "HotpotQA: A Dataset for Diverse, Explainable Multi-hop
Question Answering", EMNLP 2018): it stands in what answers the first part of a question, and not in the question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pincite.answer.quote.extract import Extract
from pincite.answer.quote.opening import bare_title
from pincite.answer.quote.shape import names
from pincite.answer.terms import terms
from pincite.types import Hit

MOST = 4
TITLES = 3
"""Best hits whose titles may be bridges."""

_KIND = re.compile(r"^[A-Z][a-z]+(?:ian|ican|ish|ese|ean|ench|utch|reek|erman)$")
"""A people or its language: it leads nowhere in particular."""


def bridges(found: Extract, hits: Sequence[Hit], question: str) -> tuple[str, ...]:
    """At most ``MOST`` names, the likeliest first: the short answer, the lead's names, then titles beside it."""
    titles = [bare_title(hit) for hit in hits[:TITLES]]
    said = [found.fact] if found.fact else []
    if found.lead is not None:
        text = found.lead.text
        # A single word at the start has its capital from there.
        said += [text[start:end] for start, end in names(text) if start or " " in text[start:end]]
    asked = frozenset(terms(question))
    known = [frozenset(terms(question[start:end])) for start, end in names(question)]
    kept: dict[frozenset[str], str] = {}
    for name in (*said, *titles):
        own = frozenset(terms(name))
        same = own <= asked or any(len(one) > 1 and one <= own for one in known)
        if own and not same and not _KIND.match(name) and not any(own <= other for other in kept):
            kept.setdefault(own, name.strip(" .,;:\"“”'"))
    return tuple(kept.values())[:MOST]


def rests_on(found: Extract, hits: Sequence[Hit], bridge: str) -> bool:
    """Does the passage of the lead, or its title, name the bridge? An answer about something else is none."""
    if found.lead is None:
        return False
    cited = {citation.passage_id for citation in found.lead.citations}
    wanted = set(terms(bridge))
    return any(
        wanted <= set(terms(f"{hit.passage.document.title} {hit.passage.text}"))
        for hit in hits
        if hit.passage.id in cited
    )
