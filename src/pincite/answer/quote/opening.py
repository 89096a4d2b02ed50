"""What is the thing asked about, and which document opens by saying so? For "what is", "who was", "how does it work".

An encyclopaedia's first sentence, a manual's first paragraph: text about one thing says at its start what that thing
is and does. A question for just that is answered best by this sentence and those after it, whatever else scores higher.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain

from pincite.answer.quote.candidates import Candidate, clean
from pincite.answer.terms import terms
from pincite.text.sentences import split
from pincite.text.tokens import STOP_WORDS, words
from pincite.types import Hit

NEAR_START = 1500
"""Characters from a document's start within which its opening is looked for; captions and notes may come first."""
EXTRA_WORDS = 2
"""Words that a title may have beyond what was asked: "RMS Titanic", "Napoleon I of France"."""
BEFORE_VERB = 14
"""Words, without parentheses, that may stand before the verb: the name, and what else it is called."""

LIFE_WITHIN = 400
"""Characters of a sentence in which the dates behind a name stand."""

_IS = re.compile(r" (?:is|are|was|were|refers? to|means|denotes|describes|consists? of|comprises?) ")
_DAY = (
    r"(?:(?:c\. ?)?(?:[A-Z][a-z]+ \d{1,2}(?:st|nd|rd|th)?,? |\d{1,2}(?:st|nd|rd|th)? [A-Z][a-z]+,? |[A-Z][a-z]+ )?"
    r"\d{1,4}(?: (?:BCE?|AD|[ON]\. ?S\.))?)"
)
_DATES = re.compile(rf"(?P<born>{_DAY})(?: \[[^\]]*\])? ?[–—-] ?(?P<died>{_DAY})(?=[ ,;)\]])")
_BORN = re.compile(rf"\bborn (?:on )?(?P<born>{_DAY})")
_PASSIVE = re.compile(
    r" (?:is|are|was|were) (?:(?:\w+ly|often|also|first|sometimes|usually|not|now) )*"
    r"\w+(?:ed|own|ilt|ound|een|orn|ought)\b"
)
_FIELD = re.compile(r"^In (?:the )?[\w ]{1,40}, ")
"""Where a word means what is said of it: "In biology, evolution is change"."""
_AUXILIARY = re.compile(r" (?:should|can|may|might|has|have|had|will|must|could|would|did|does) ")
_PARENTHESES = re.compile(r"\((?:[^()]|\([^()]*\))*\)|\[[^\[\]]*\]")
_CLAUSE = re.compile(
    r"^(?:when|while|after|before|although|though|because|since|if|as|unless|once|there|here|this|these|it|he|she|they"
    r"|his|her|its|their|one|many|most|some|several|see|for)\b",
    re.IGNORECASE,
)


def life_date(sentence: str, event: str) -> str:
    """The date of birth or death that stands in parentheses behind a name: "(November 7, 1867 – July 4, 1934)"."""
    for found in _PARENTHESES.finditer(sentence[:LIFE_WITHIN]):
        dates = _DATES.search(found[0])
        if dates is not None:
            return dates["born" if event == "born" else "died"].strip()
        born = _BORN.search(found[0])
        if born is not None and event == "born":
            return born["born"].strip()
    return ""


def defines(sentence: str, thing: str, lang: str = "en") -> bool:
    """Does ``sentence`` begin with ``thing`` and say what it is? Of other languages than English no verbs are known:
    there it only begins so.
    """
    if lang != "en":
        called = terms(thing, lang)
        return bool(called) and set(called) <= set(terms(sentence, lang)[: len(called) + EXTRA_WORDS])
    verb = _IS.search(_hidden(sentence))
    if verb is None or _CLAUSE.match(sentence):
        return False
    before = sentence[: verb.start()]
    bare = _PARENTHESES.sub(" ", before)
    if len(words(bare)) > BEFORE_VERB or _AUXILIARY.search(f"{bare} "):
        return False
    wanted = set(terms(thing))
    return bool(wanted) and wanted <= set(terms(before))


def _hidden(sentence: str) -> str:
    """The sentence with its parentheses blanked out at equal length: verbs within them don't count."""
    return _PARENTHESES.sub(lambda found: "-" * len(found[0]), sentence)


def first_defining(thing: str, title: str, sentences: Sequence[str], lang: str = "en") -> int | None:
    """The first sentence that says what it is, better if it begins with it; or else what was done with it.

    "The Sydney Opera House is" begins with no word of the title Opera, "Wolfgang Mozart was" does for Mozart.
    """
    found = [at for at, sentence in enumerate(sentences) if defines(sentence, thing, lang)]
    if lang != "en":
        return found[0] if found else None
    kinds = [at for at in found if not _PASSIVE.match(sentences[at], _verb_at(sentences[at]))]
    called = set(terms(f"{title} {thing}"))
    begin = (at for at in kinds if set(terms(_FIELD.sub("", sentences[at]))[:1]) <= called)
    return next(chain(begin, kinds, found), None)


def _verb_at(sentence: str) -> int:
    verb = _IS.search(_hidden(sentence))
    return verb.start() if verb else len(sentence)


def opening(thing: str, hits: Sequence[Hit], lang: str = "en") -> int | None:
    """The hit in which a document about ``thing`` opens by defining it: the closest title, then the earliest start."""
    wanted = set(terms(thing, lang))
    if not wanted:
        return None
    found: list[tuple[int, int, int, int]] = []
    first: dict[str, int] = {}
    for at, hit in enumerate(hits):
        title = set(terms(bare_title(hit), lang))
        document = first.setdefault(hit.passage.document.id, at)
        extra = len(title - wanted)
        if wanted <= title and extra <= EXTRA_WORDS and opens(hit) and defining(hit, thing, lang) is not None:
            found.append((extra, document, hit.passage.start, at))
    return min(found)[-1] if found else None


def opens(hit: Hit) -> bool:
    """Does the passage stand at its document's start, before any heading but its title?"""
    above = [heading for heading in hit.passage.headings if heading.casefold() != hit.passage.document.title.casefold()]
    return hit.passage.start < NEAR_START and not above


def defining(hit: Hit, thing: str, lang: str = "en") -> str | None:
    """The first sentence of the passage that defines ``thing``, cleaned."""
    text = hit.passage.text
    sentences = [clean(text[start:end]) for start, end in split(text)]
    if lang != "en":
        # The title, said again as a heading, begins with the thing, too.
        sentences = [one for one in sentences if not one.startswith("#") and one != bare_title(hit)]
    first = first_defining(thing, bare_title(hit), sentences, lang)
    return None if first is None else sentences[first]


def introduced(sentence: str, title: str) -> str:
    """How a defining sentence names the thing of ``title``, with its article: "A volcano", "Penguins"; may be empty."""
    before = _hidden(sentence)[: _verb_at(sentence)]
    named = re.search(
        rf"(?:\b(?P<article>The|An?(?: [\w-]+){{0,2}}?) )?\b(?P<name>{re.escape(title)}(?:s|es)?)\b",
        before,
        re.IGNORECASE,
    )
    article = (named["article"] or "").split(" ")[0] if named else ""
    return f"{article} {named['name']}".strip() if named else ""


def bare_title(hit: Hit) -> str:
    """A title without what it has in parentheses to tell it from others: "Mercury (planet)"."""
    return re.sub(r"\s*\([^)]*\)", "", hit.passage.document.title).strip()


def promoted(thing: str, hits: Sequence[Hit], lang: str = "en") -> list[Hit]:
    """The hits with the opening first, marked by the signal ``opening``; unchanged where there is none."""
    first = opening(thing, hits, lang) if thing else None
    if first is None:
        return list(hits)
    hit = hits[first]
    marked = hit.model_copy(update={"signals": {**hit.signals, "opening": 1.0}})
    return [marked, *hits[:first], *hits[first + 1 :]]


def introduction(
    thing: str, title: str, sentences: Sequence[Candidate], most_words: int, most: int, lang: str = "en"
) -> list[int]:
    """Of the first hit's sentences, the one that defines ``thing`` and those that follow it, as they stand there."""
    own = [at for at, one in enumerate(sentences) if one.hit == 0 and (lang == "en" or not one.heading)]
    first = first_defining(thing, title, [sentences[at].text for at in own], lang)
    if first is None:
        return []
    chosen = [own[first]]
    used = sentences[own[first]].size
    for at in own[first + 1 :]:
        one = sentences[at]
        used += one.size
        if one.heading or one.item or one.cut or one.caption or used > most_words or len(chosen) == most:
            break
        chosen.append(at)
    return chosen


def is_name(thing: str) -> bool:
    """Is any word of it capitalised, stop words apart?"""
    return any(word[:1].isupper() and word.lower() not in STOP_WORDS for word in thing.split())
