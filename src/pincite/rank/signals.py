"""What speaks for a hit, or against it? One function a signal; its docstring is the reason for its weight.

A signal is a number of about 0…1, or −1…1 where something can also speak against a hit; 0 says nothing. Its weight is
in standard deviations of the candidates' scores. ``wording`` and ``fused`` are the index's own and are in the score
already. Figures are differences of nDCG@10, by ``python -m benchmarks.ranking``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache

from pincite.rank.policy import PLAIN, Standing
from pincite.text.sentences import split
from pincite.text.timely import sensitivity
from pincite.text.tokens import content_words, normal, words
from pincite.types import Hit

HALF_LIFE_DAYS = 365.0
"""After which a source is worth half, where the question asks for what is new and no policy says otherwise."""
AGEING = 0.5
"""How much a source's age matters to any question, where a policy gives it a half-life."""
FEW_WORDS = 8
"""Words below which a passage is hardly one."""
MANY_LINKS = 0.15
"""Share of a passage's words that are addresses, from which on it is a list of links."""

_YEAR = re.compile(r"\b(?:19|20)\d{2}\b")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\]\([^)\s]*\)")
_BOILERPLATE = re.compile(
    r"\b(?:all rights reserved|we use cookies|accept (?:all )?cookies|cookie (?:policy|settings)|privacy policy"
    r"|terms (?:of (?:use|service)|and conditions)|sign (?:in|up)|log ?in|subscribe (?:to|now)|newsletter"
    r"|skip to content|click here|read more|share (?:this|on)|follow us|back to top|add to cart"
    r"|leave a (?:comment|reply))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Asking:
    """What the signals need to know of a question, computed once."""

    text: str
    today: date = field(default_factory=date.today)

    @cached_property
    def terms(self) -> frozenset[str]:
        return _terms(self.text)

    @cached_property
    def years(self) -> frozenset[int]:
        return frozenset(int(found) for found in _YEAR.findall(self.text))

    @cached_property
    def sensitivity(self) -> float:
        """How much age matters, 0 to 1."""
        return sensitivity(self.text, self.today)


@dataclass(frozen=True)
class Seen:
    """A hit as the signals look at it."""

    asking: Asking
    hit: Hit
    standing: Standing = PLAIN

    @cached_property
    def look(self) -> Look:
        return _look(self.hit.passage.text)


@dataclass(frozen=True)
class Look:
    """What can be seen of a text without knowing the question, each 0 to 1."""

    short: float
    fragments: float
    repetitive: float
    links: float
    boilerplate: float


# ── the signals ──


def title(seen: Seen) -> float:
    """Share of the title's words that are asked for. The index counts title words already: .1 costs SQuAD .0002, .8
    costs .0022 and gains Cranfield .008. So it has no weight, and is there for a ranker that learns."""
    return _asked_for(seen.hit.passage.document.title, seen)


def heading(seen: Seen) -> float:
    """The same of the innermost heading: the section about just this. No set here judges headings: mild."""
    above = [h for h in seen.hit.passage.headings if h.casefold() != seen.hit.passage.document.title.casefold()]
    return _asked_for(above[-1], seen) if above else 0.0


def fresh(seen: Seen) -> float:
    """Age by half-lives, where the question asks for what is new or the policy lets its source age. No set here has
    dates and such questions: mild, and without a say for every other question. Undated counts as old."""
    published = seen.hit.passage.document.published
    half_life = seen.standing.half_life_days
    matters = max(seen.asking.sensitivity, AGEING if half_life else 0.0)
    if published is None or not matters:
        return 0.0
    age = max(0, (seen.asking.today - published).days)
    return float(matters * 0.5 ** (age / (half_life or HALF_LIFE_DAYS)))


def of_year(seen: Seen) -> float:
    """Published in a year that the question names. No set here has dates: mild."""
    published = seen.hit.passage.document.published
    return float(published is not None and published.year in seen.asking.years)


def trusted(seen: Seen) -> float:
    """The policy's trust, from −1 (none) over 0 (as any) to 1 (full): the person knows better than any statistic."""
    return 0.0 if seen.standing.trust is None else 2 * seen.standing.trust - 1


def short(seen: Seen) -> float:
    """Too few words to answer anything: a menu, a caption, a lone heading."""
    return seen.look.short


def fragments(seen: Seen) -> float:
    """Words that stand in no sentence: tables of contents, menus, lists of names."""
    return seen.look.fragments


def repetitive(seen: Seen) -> float:
    """The same words over and over: pages made for search engines, logs."""
    return seen.look.repetitive


def links(seen: Seen) -> float:
    """Mostly addresses: link farms, blogrolls, lists of references."""
    return seen.look.links


def boilerplate(seen: Seen) -> float:
    """Phrases that every page has and no answer: cookies, newsletters, rights reserved."""
    return seen.look.boilerplate


def link_rank(seen: Seen) -> float:
    """How well other documents link to this one, 0 to 1, where the index knows. Known sites are a good guess where the
    words leave the choice open, and must not outweigh them."""
    return seen.hit.signals.get("link_rank", 0.0)


def answerable(seen: Seen) -> float:
    """The reader's chance that the answer stands in this passage, where a reader has looked."""
    return seen.hit.signals.get("answerable", 0.0)


def liked(seen: Seen) -> float:
    """Thumbs, smoothed by a Beta(1, 1) prior and centred: 3 up of 3 are .6, 1 of 1 is .33, none at all is 0. No set
    here has thumbs: mild."""
    up, down = seen.hit.signals.get("thumbs_up", 0.0), seen.hit.signals.get("thumbs_down", 0.0)
    return 2 * (up + 1) / (up + down + 2) - 1


@dataclass(frozen=True)
class Signal:
    """``read`` gives its value; ``weight`` is what a value of 1 adds to the score, in standard deviations."""

    read: Callable[[Seen], float]
    weight: float

    @property
    def name(self) -> str:
        return self.read.__name__


SIGNALS: tuple[Signal, ...] = (
    Signal(title, 0.0),
    Signal(heading, 0.1),
    Signal(fresh, 0.5),
    Signal(of_year, 0.3),
    Signal(trusted, 0.5),
    Signal(short, -0.5),
    Signal(fragments, -0.5),
    Signal(repetitive, -0.5),
    Signal(links, -0.5),
    Signal(boilerplate, -0.5),
    Signal(link_rank, 0.3),
    Signal(answerable, 0.5),
    Signal(liked, 0.5),
)


# ── looking ──


def _asked_for(said: str, seen: Seen) -> float:
    terms = _terms(said)
    return len(terms & seen.asking.terms) / len(terms) if terms else 0.0


@lru_cache(maxsize=4096)
def _terms(text: str) -> frozenset[str]:
    return frozenset(normal(word) for word in content_words(text))


@lru_cache(maxsize=2048)
def _look(text: str) -> Look:
    found = words(text)
    if not found:
        return Look(1.0, 1.0, 0.0, 0.0, 0.0)
    addresses = sum(len(words(address)) for address in _ADDRESS.findall(text))
    share = addresses / len(found)
    phrases = len(_BOILERPLATE.findall(text))
    return Look(
        short=max(0.0, 1 - len(found) / FEW_WORDS),
        fragments=_outside_sentences(text, len(found)),
        repetitive=_repeated(found),
        links=min(1.0, share / MANY_LINKS) if share > MANY_LINKS / 3 else 0.0,
        # One such phrase may be what a text is about; four in fifty words are a footer.
        boilerplate=min(1.0, max(0, phrases - 1) * 20 / len(found)),
    )


def _outside_sentences(text: str, count: int) -> float:
    """Share of the words in lines that end without a stop, and are no list item of a length that says something."""
    said = [text[start:end].rstrip() for start, end in split(text)]
    bare = sum(len(words(one)) for one in said if one[-1:] not in ".!?…:;。！？”\"')]" and len(words(one)) < FEW_WORDS)
    share = bare / count
    return max(0.0, 2 * share - 1)


def _repeated(found: Sequence[str]) -> float:
    """Share of the word triples that have been there before, beyond half: logs and spam, not refrains."""
    triples = Counter(zip(found, found[1:], found[2:], strict=False))
    total = sum(triples.values())
    again = (total - len(triples)) / total if total else 0.0
    return max(0.0, min(1.0, 2 * again - 1))
