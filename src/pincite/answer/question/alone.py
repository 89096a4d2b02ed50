"""Does a question stand alone in its thread, or does it leave unsaid what was said before? By rules, no model.

Most people type in lower case and few words, so neither capitals nor length tell: "what do whales eat" is whole and
"how many floors" is not. What tells is whether anything is named that the question can be about. A word like "height",
"capital" or "symptoms" names a side of something, "the tower" or "the band" something that was named before; a question
made of such words only goes on. Where a question may be read either way, both readings are searched for. Of 3,119
questions of Natural Questions in lower case, each after somebody else's conversation (QReCC, CAsT), 93 % come first as
they were typed, and 98.5 % are searched for so; of those conversations' 1,359 follow-ups all but 8 % take words over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from enum import Enum
from itertools import pairwise
from typing import NamedTuple

from pincite.text.languages import detect
from pincite.text.tokens import QUESTION_WORDS, STOP_WORDS, content_words, normal, words


class _Own(NamedTuple):
    """A word of a question that says what it is about."""

    word: str
    named: bool
    """It stands where a name does."""
    definite: bool
    """It has "the" before it."""


class Reading(Enum):
    """How a question is to be read after others."""

    ALONE = "alone"
    EITHER = "either"
    """As it stands, most likely; perhaps as going on."""
    LIKELY = "likely"
    """As going on, most likely; perhaps as it stands."""
    FOLLOWS = "follows"
    """It points back: a pronoun, an ellipsis."""


def _plain(text: str) -> frozenset[str]:
    return frozenset(normal(word) for word in text.split())


_SIDES = _plain(
    """age aim altitude amount anthem appearance architect area article author award background beginning behavior
    behaviour belief benefit birthplace border capital captain career cast cause challenge characteristic child
    children circumference citizen climate color colour composer composition con consequence construction cost
    creator criticism culture cure currency custom date daughter death definition depth designer detail diagnosis
    diameter difference dimension director disadvantage discoverer discovery downside drawback duration economy
    education effect end ending example export fact family father feature finding flag floor food formula founder
    function future genre government habitat height history husband impact implication import importance industry
    inhabitant inspiration inventor king language leader legacy length life lifespan limitation location mascot mass
    material mayor meaning member minister mother motto name nationality neighbor neighbour nickname number
    objective opinion origin owner parent part people percentage picture plot population president prevention price
    pro problem producer product property purpose queen range rank rate reaction reason reception recipe record
    relation relationship religion resident response result review risk role rule ruler salary score sequel shape
    significance sister size son speed spouse step story structure style surface symbol symptom temperature theme
    timeline title tradition treatment type use vaccine value variant version victim view volume war weather weight
    wife wingspan winner work writer year"""
)
"""Nouns that are of something: without it a question does not say of what."""
_KINDS = _plain(
    """actor actress album animal app artist band battle bird book bridge building car character church city club
    company conflict country county disease dish drug element event experiment film game group ingredient island
    kingdom lake machine man march medicine method model mountain movement movie museum novel organisation
    organization painter painting park place plant play player poem practice procedure process program project
    region river series ship show singer site song sport stadium state store system team tech technique technology
    term test theory thing tower town tree tribe two university village virus volcano woman word"""
)
"""What was named before may be called so: "the tower", "the band"."""
_LOOSE = _plain(
    """advanced bad begin believe best better big biggest broad called central century clear come common considered
    cool day decade deep deepest different difficult do dominant early easy else ever exactly famous far fast
    favorite find first found full general get give go good got great greatest happen happened hard hardest heavy
    high highest important interesting key know known large larger largest last late later latest legal like list
    live long longest lot made main major make mean means modern month most new newest next notable official often
    old oldest original overall popular possible primary real really responsible run safe second short side similar
    small smallest special start still summarise summarize summary tall tallest tell thing third time total true
    typical unique usual usually way well whole wide won worst wrong"""
)
"""Words that name nothing."""

WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_COURTESY = re.compile(
    r"^(?:(?:ok(?:ay)?|k|many|thanks?(?: you)?|thx|cheers|merci|danke|gracias|hi|hiya|hello|hey|howdy|bye|cool"
    r"|nice|great|good|perfect|wow|awesome|amazing|lol|sure|yes|yeah|no|please|sorry|got it|i see|well done|there|again"
    r"|good (?:morning|evening|afternoon|night)|(?:good|great|nice) (?:job|answer|one)|(?:very|so) much|a lot"
    r"|for (?:that|your help|the (?:help|answer))|that's (?:all|great|nice|good|helpful)|all|everyone)(?:\W+|$))+$",
    re.IGNORECASE,
)
_PRONOUN = re.compile(
    r"\b(?:he|she|it|they|him|her|them|his|hers|its|their|theirs|himself|herself|itself|themselves"
    r"|this(?! (?:year|month|week|century|decade|morning|evening|weekend)\b)|these(?! days\b)|those|that|same"
    r"|such(?! as\b)|(?<!than )then|there"
    r"|(?:which|this|that|the|each|another|other|first|last|new|old|\w+er|\w+est) ones?(?! of\b)|ones?$)\b",
    re.IGNORECASE,
)
_THERE_IS = re.compile(
    r"\b(?:is|are|was|were) there(?= \w)|(?<=\w )(?<!who )(?:is|are|was|were) there$"
    r"|\bthere(?:'s| (?:is|are|was|were|(?:has|have|had) been|(?:will|would|can) be)\b)",
    re.IGNORECASE,
)
_IT_IS = re.compile(
    r"\bit takes? .*\bto \w+|\b(?:does|did|would|will) it take .*\bto \w+|\b(?:is|was) it (?:safe|legal|illegal"
    r"|possible|impossible|true|normal|ok|okay|better|worth|hard|easy|necessary|healthy|good|bad) (?:to|that)\b"
    r"|\btime is it\b",
    re.IGNORECASE,
)
"""Where "it" stands for what comes after."""
_RELATIVE = re.compile(r"^(?P<before>.*\S) that(?= \w)", re.IGNORECASE)
_CLAUSE = re.compile(
    r",? (?:and (?=(?:how|what|why|when|where|who|is|are|was|were|did|does|do|can)\b)"
    r"|(?:when|if|because|after|before|while|until|since|as|so|than|where|that|which) )",
    re.IGNORECASE,
)
_DOES = re.compile(r"\b(?:do|does|did|has|have|had|will|can|could)\b", re.IGNORECASE)
_POSSESSIVE = re.compile(r"(?:his|her|its|their)(?= \w)", re.IGNORECASE)
_ALSO = re.compile(r"^(?:and|or|but|so|also)\b,? *", re.IGNORECASE)
_ELLIPSIS = re.compile(
    r"^(?:(?:what|how) about\b|why(?: not)?$|how so\b|how come$|what else\b|any (?:other|more)\b|(?:are|is|were|was)"
    r" there (?:any )?(?:other|more)\b|(?:who|when|where|what|how|which one)$|tell me more$|more\b|go on$|continue$)",
    re.IGNORECASE,
)
_BESIDES = re.compile(
    r"\b(?:else|(?<!each )(?:other|others)|another|besides|instead)\b|\bmore\b(?!.* than\b)"
    r"|\b(?:too|also|next|article)$",
    re.IGNORECASE,
)
_FOREIGN = re.compile(
    r"\b(?:er|sie|es|ihn|ihm|ihr|ihre|sein|seine|dort|dies|das|il|elle|ils|elles|lui|leur|son|sa|ses|cela|ça"
    r"|él|ella|ellos|su|sus|eso|esto)\b",
    re.IGNORECASE,
)
_AND = re.compile(
    r"(?:und|aber|et|mais|y|pero|ed?|ma|mas|en|maar|i|a|ale|и|а|но|і|й|та|але|ve|peki|och|men) ", re.IGNORECASE
)
"""A question that goes on with what was said: "et à partir de quand ?"."""
_FEW = 4
"""Content words from which on a question in no language that the rules know stands alone."""
_FRAGMENT = re.compile(
    r"^(?:any|some|in|on|at|for|from|with|by|during|before|after|since|under|of|(?P<article>the|an?))\b", re.IGNORECASE
)
_IMPERATIVES = frozenset("tell explain describe define name list give show compare summarize summarise find".split())
_ASKS = QUESTION_WORDS | _IMPERATIVES | frozenset("have has had am may might must shall what're isn't aren't".split())
_AUXILIARIES = frozenset("do does did is are was were has have had can could will would should who's what's".split())
_ANCHORS = _AUXILIARIES | frozenset(
    """of in on for from about with at between by during under to into like explain describe define name list""".split()
)
"""After these a name stands, if there is one: "when did rome fall", "the capital of peru"."""
_ARTICLES = frozenset("the a an some all".split())
_OF_US = frozenset("the in of from".split())
"""After these it is a country, small as it is written."""
_QUOTING = _plain("name word term phrase")
_NUMBER = re.compile(r"[\d.,]+(?:st|nd|rd|th|s)?$")
_WHAT_IS = re.compile(r"^(?:what|who)(?:'s|'re| is| are| was| were) (?:an? )?\S+$", re.IGNORECASE)
_TO_WHAT = frozenset("to with on for".split())
"""After a side, what has "of" is still missing: "the impact on birds"."""
_SOME = re.compile(r"\b(?:some|any|main|important|typical|popular|common|different|various|certain)\b", re.IGNORECASE)


def courtesy(text: str) -> bool:
    """Is it no question at all but a greeting or thanks?"""
    return bool(_COURTESY.match(text.strip(" .!?")))


def reading(text: str, asked: Set[str], told: Set[str]) -> Reading:
    """How ``text`` is to be read, given the plain words that were ``asked`` before, and those that were ``told``."""
    plain = " ".join(text.replace("’", "'").strip(" ?.!¿¡").split())
    if courtesy(text):
        return Reading.ALONE
    if _ELLIPSIS.match(plain) or (_FOREIGN.search(plain) and detect(plain) != "en"):
        return Reading.FOLLOWS
    if (linked := _ALSO.sub("", plain)) != plain:
        rest = reading(linked, asked, told)
        return Reading.EITHER if rest in (Reading.ALONE, Reading.EITHER) and begins(linked) else Reading.FOLLOWS
    if points(plain):
        return Reading.FOLLOWS if len(list(_own(plain, asked))) < 3 else Reading.LIKELY
    if any(normal(name) not in asked | told for name in names(text)):
        return Reading.ALONE  # a name that was not said before begins a new topic
    if (lang := detect(plain)) != "en":
        said = content_words(plain, lang)
        if not said or (len(said) == 1 and _AND.match(plain)):
            return Reading.LIKELY if said else Reading.FOLLOWS
        few = len([word for word in words(plain) if word not in STOP_WORDS]) < _FEW
        return Reading.LIKELY if few else Reading.ALONE
    return _weighed(plain, asked, told, asks=text.rstrip().endswith("?"))


def _weighed(plain: str, asked: Set[str], told: Set[str], *, asks: bool) -> Reading:
    """The reading of an English question without a pronoun that points back."""
    own = list(_own(plain, asked | told))
    fragment = not begins(plain)
    if not own:
        return Reading.FOLLOWS if fragment else Reading.LIKELY
    if _BESIDES.search(plain):
        return Reading.LIKELY if len(own) <= 2 else Reading.EITHER
    if fragment and len(own) <= 2 and (begun := _FRAGMENT.match(plain)):
        whole = begun["article"] and (not asks or any(one.named for one in own))  # "the history of rome"
        return Reading.EITHER if whole else Reading.LIKELY
    if len(own) == 1 and not own[0].named and not fragment:
        return Reading.LIKELY
    unnamed = fragment and len(own) <= 2 and not any(one.named for one in own)
    said = any(normal(one.word) in asked | told for one in own)
    if said or unnamed or _nameless(plain, own) or _IT_IS.search(plain):
        return Reading.EITHER
    return Reading.ALONE


def begins(plain: str) -> bool:
    """Does it begin as a question or a request?"""
    first = [word for word in words(plain) if word not in ("in", "at", "on", "to", "for", "from", "by", "please")][:1]
    return bool(first) and (first[0] in _ASKS or first[0].removesuffix("'s") in _ASKS)


def points(plain: str) -> bool:
    """Does a pronoun point back beyond the question itself?"""
    freed = _IT_IS.sub(" ", _THERE_IS.sub("is", plain))
    if (relative := _RELATIVE.match(freed)) and _modified(relative["before"]):
        freed = f"{relative['before']} which{freed[relative.end() :]}"
    found = _PRONOUN.search(freed)
    if found is None:
        return False
    before = freed[: found.start()]
    clauses = _CLAUSE.split(before)
    if len(clauses) < 2 and not (_POSSESSIVE.match(freed, found.start()) and _DOES.search(before)):
        return True
    return not any(one.named for one in _own(clauses[0], frozenset()))


def _modified(before: str) -> bool:
    """Does it end in a noun, which "that" goes on to say something about? "The actor that", "cities in ohio that"."""
    own = [word for word in words(before) if word not in STOP_WORDS]
    last = words(before)[-2:]
    return last[-1:] == own[-1:] and (len(own) > 1 or last[0] in _ANCHORS | _ARTICLES)


def _nameless(plain: str, own: Sequence[_Own]) -> bool:
    """Only "the" things, or some, or a side without its whole: "the mascot", "popular trails", "impact on birds"."""
    tokens = words(plain)
    if any(normal(a) in _SIDES and b in _TO_WHAT for a, b in pairwise(tokens)):
        return True
    if len(own) > 2:
        return False
    names = [one.definite for one in own if one.named or one.definite]
    again = any(a == "the" and normal(b) in _KINDS for a, b in pairwise(tokens))
    return (all(names) and bool(names)) or again or bool(_SOME.search(plain))


def _own(plain: str, said: Set[str]) -> Iterator[_Own]:
    """The words that say what the question is about.

    No words that name nothing by themselves, and no things that "the" shows to have been ``said`` before. Sides count
    where they stand for themselves: "why do people sleep".
    """
    tokens = words(plain)
    definite = anchored = False
    lone = bool(_WHAT_IS.match(plain))
    for at, word in enumerate(tokens):
        if word == "us" and at and tokens[at - 1] in _OF_US:
            yield _Own(word, named=True, definite=False)
        elif word in STOP_WORDS or (word in _IMPERATIVES and not at):
            definite = word == "the" or (definite and word in _ARTICLES)
            anchored = word in _ANCHORS or (anchored and word in _ARTICLES)
            continue
        key = normal(word)
        generic = at > 0 and tokens[at - 1] in _AUXILIARIES and tokens[0] not in ("when", "where")
        if key in _QUOTING and definite:
            anchored = True
        elif (key in _SIDES and not lone and not generic) or (definite and (key in _KINDS or key in said)):
            anchored = at == 1 and tokens[0] in ("what", "who")
            definite = False
        elif key in _LOOSE or _NUMBER.match(word):
            anchored = anchored or (at == 1 and tokens[0] in ("what", "who"))
        else:
            yield _Own(word, anchored, definite)
            anchored = definite = False


def owned(plain: str) -> list[str]:
    """The words that say what a question is about, lower-cased; those that stand where a name does, if any."""
    own = list(_own(plain, frozenset()))
    return [one.word for one in own if one.named] or [one.word for one in own]


def names(text: str) -> Iterator[str]:
    """Words that are written as names are, lower-cased; the first word may be none."""
    tokens = (token for token in WORD.findall(text)[1:] if token[0].isupper())
    return (word for word in map(str.lower, tokens) if word not in STOP_WORDS)
