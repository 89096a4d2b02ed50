"""Does a passage hold just these words? Phrases word for word, and words that must be in it in no form.

The full-text engine keeps no positions, so that it stays small: it finds the passages that hold all words of a phrase,
and their text, read here, decides.
"""

from __future__ import annotations

from collections.abc import Sequence

from pincite.index import analysis
from pincite.types import Filters, Passage


def holds(passage: Passage, filters: Filters) -> bool:
    """Whether the passage, with its title and headings, has all phrases of ``filters`` and none of the words left out.

    Case and punctuation say nothing. A phrase does not run over from the title into the text.
    """
    if not filters.phrases and not filters.exclude_words:
        return True
    parts = [passage.document.title, *passage.headings, passage.text]
    spelt = [f" {' '.join(analysis.words(part))} " for part in parts]
    wanted = [f" {' '.join(analysis.words(phrase))} " for phrase in filters.phrases]
    return all(any(phrase in part for part in spelt) for phrase in wanted) and not _left_out(parts, passage, filters)


def _left_out(parts: Sequence[str], passage: Passage, filters: Filters) -> bool:
    if not filters.exclude_words:
        return False
    lang = passage.document.lang
    whole = "\n".join(parts)
    terms = {*analysis.terms(whole, lang), *analysis.words(whole)}
    return any(not terms.isdisjoint(_forms(word, lang)) for word in filters.exclude_words)


def _forms(word: str, lang: str) -> list[str]:
    """The word as it stands, or its terms: a stop word has none."""
    return analysis.terms(word, lang) or analysis.words(word)


def of_documents(filters: Filters) -> Filters:
    """What of them is about whole documents."""
    return filters.model_copy(update={"phrases": (), "exclude_words": ()})
