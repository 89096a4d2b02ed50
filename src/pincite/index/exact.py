"""Does a passage hold just these words? Phrases word for word, and words that must be in it in no form.

The full-text engine keeps no positions, so that it stays small: it finds the passages that hold all words of a phrase,
and their text, read here, decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import unquote

from pincite.index import analysis
from pincite.types import Document, Filters, Passage


def parts(passage: Passage) -> list[str]:
    """All that a passage is found by: its title, the file's name if it is another one, its headings and its text."""
    about = passage.document
    return [each for each in (about.title, _name(about), *passage.headings, passage.text) if each]


def _name(about: Document) -> str:
    """The name of the file that the document is; empty for a page, and where the title says it already."""
    if not about.url.startswith("file:"):
        return ""
    name = unquote(about.url.rpartition("/")[2])
    return "" if set(analysis.words(name.rpartition(".")[0])) <= set(analysis.words(about.title)) else name


def holds(passage: Passage, filters: Filters) -> bool:
    """Whether the passage, with all that it is found by, has all phrases of ``filters`` and no word left out.

    Case and punctuation say nothing. A phrase does not run over from the title into the text.
    """
    if not filters.phrases and not filters.exclude_words:
        return True
    found = parts(passage)
    spelt = [f" {' '.join(analysis.words(part))} " for part in found]
    wanted = [f" {' '.join(analysis.words(phrase))} " for phrase in filters.phrases]
    return all(any(phrase in part for part in spelt) for phrase in wanted) and not _left_out(found, passage, filters)


def _left_out(found: Sequence[str], passage: Passage, filters: Filters) -> bool:
    if not filters.exclude_words:
        return False
    lang = passage.document.lang
    whole = "\n".join(found)
    terms = {*analysis.terms(whole, lang), *analysis.words(whole)}
    return any(not terms.isdisjoint(_forms(word, lang)) for word in filters.exclude_words)


def _forms(word: str, lang: str) -> list[str]:
    """The word as it stands, or its terms: a stop word has none."""
    return analysis.terms(word, lang) or analysis.words(word)


def of_documents(filters: Filters) -> Filters:
    """What of them is about whole documents."""
    return filters.model_copy(update={"phrases": (), "exclude_words": ()})
