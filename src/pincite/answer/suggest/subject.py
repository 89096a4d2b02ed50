"""How is the thing that a document is about called within a question? Its article, its number, its capitals.

Read off the sentence that defines it ("A volcano is an opening", "Penguins are an order"), or else off how the text
uses the title.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pincite.answer.quote.opening import bare_title, defining, introduced, is_name, life_date
from pincite.types import Hit

_MALE_FEMALE = re.compile(r"\b(?:he|she|his|her|him)\b", re.IGNORECASE)
_THING = re.compile(r"\b(?:it|its|they|their)\b", re.IGNORECASE)
_LIVED = re.compile(r"\b(?:born|died|wife|husband|son|daughter|himself|herself)\b")
_NOUN = re.compile(
    r"(?!(?:of|in|on|at|from|for|to|by|with|and|or|also|still|now|today|once|itself|themselves|who|which|that|\w+ly)\b)"
    r"(?:[a-z-]+ ){1,3}(?:is|are|was|were)\b"
)
"""More words before the verb, as in "books are"."""
_VERB = re.compile(r" (is|are|was|were) ")


@dataclass(frozen=True)
class Subject:
    """``text`` as it stands within a sentence: "a volcano", "penguins", "the Pacific Ocean", "Marie Curie"."""

    text: str
    verb: str = "is"
    """The one that its definition uses: is, are, was or were."""
    person: bool = False

    @property
    def plural(self) -> bool:
        return self.verb in ("are", "were")

    @property
    def over(self) -> bool:
        """Is it of the past?"""
        return self.verb in ("was", "were")

    @classmethod
    def read(cls, text: str, sentence: str, hits: Sequence[Hit]) -> Subject:
        """From the defining ``sentence`` of the first hit, with ``text`` before its verb; all hits show its use."""
        bare = re.sub(r"\([^()]*\)|\[[^\]]*\]", "", sentence)
        verb = _VERB.search(bare)
        found = verb[1] if verb else "is"
        called = _cased(text, hits)
        if found in ("are", "were") and called.islower():
            called = called.removeprefix("the ")
        return cls(called, found, not called.startswith(("the ", "a ", "an ")) and is_person(hits[0]))

    def defined(self) -> str:
        """The question for what it is."""
        return f"{'Who' if self.person else 'What'} {self.verb} {self.text}?"


def subject_of(hit: Hit, hits: Sequence[Hit]) -> Subject:
    """The subject of the document of ``hit``; ``hits`` are passages that show how it is used."""
    title = bare_title(hit)
    for one in sorted(hits, key=lambda each: each.passage.start):
        if one.passage.document.id == hit.passage.document.id:
            sentence = defining(one, title)
            text = introduced(sentence, title) if sentence else ""
            if sentence and text and stands_alone(text, sentence):
                return Subject.read(text, sentence, [one, *hits])
    return Subject(_as_used(title, hits), "is", is_person(hit))


def stands_alone(text: str, sentence: str) -> bool:
    """Is the subject named by ``text`` alone? "The Harry Potter books are" speaks of books, not of him."""
    name = re.sub(r"^(?:The|An?) ", "", text, flags=re.IGNORECASE)
    bare = re.sub(r"\([^()]*\)|\[[^\]]*\]", "", sentence)
    found = re.search(rf"\b{re.escape(name)}\b[\"”’']?\s*", bare, re.IGNORECASE)
    return found is None or not _NOUN.match(bare, found.end())


def is_person(hit: Hit) -> bool:
    """A name of one to four words, a life, and more "he" and "she" than "it" and "they": ships are "she", too."""
    text, title = hit.passage.text, bare_title(hit)
    if not is_name(title) or not 1 <= len(title.split()) <= 4:
        return False
    lived = _LIVED.search(text) or life_date(text, "die") or life_date(text, "born")
    return bool(lived) and len(_MALE_FEMALE.findall(text)) > len(_THING.findall(text))


def _cased(text: str, hits: Sequence[Hit]) -> str:
    """In lower case at its start, article and all, unless the text always writes it with a capital."""
    article = re.match(r"(?:The|A|An) ", text)
    if article:
        return article[0].lower() + _as_word(text[article.end() :], hits)
    return _as_word(text, hits)


def _as_word(bare: str, hits: Sequence[Hit]) -> str:
    if not bare[1:2].islower() or any(word[:1].isupper() for word in bare.split()[1:]):
        return bare
    text = " ".join(hit.passage.text for hit in hits)
    lower = bare[:1].lower() + bare[1:]
    common = len(re.findall(rf"\b{re.escape(lower)}(?:s|es)?\b", text))
    # After a stop or at a line's start every word has a capital.
    named = len(re.findall(rf"[a-z,;] {re.escape(bare)}\b", text))
    return lower if common > named or (common == named and " " in bare) else bare


def _as_used(title: str, hits: Sequence[Hit]) -> str:
    bare = _as_word(title, hits)
    text = " ".join(hit.passage.text for hit in hits)
    # Titles and headings stand bare; only what stands within a sentence tells how the name is used there.
    before = [found[1] for found in re.finditer(rf"\b(\w+),? {re.escape(bare)}\b", text)]
    with_article = sum(word.lower() == "the" for word in before)
    alone = sum(word.islower() for word in before if word.lower() != "the")
    return f"the {bare}" if with_article > alone and not bare.lower().startswith("the ") else bare
