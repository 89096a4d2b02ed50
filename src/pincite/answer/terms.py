"""In which plain forms do a question and a sentence meet? Content words without endings, verbs in their present.

"sank" is "sink", "biggest" is "largest", "World War I" is "World War 1": the same, said in one way and in another.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pincite.index import analysis
from pincite.text.tokens import STOP_WORDS, content_words, normal

STRONG_VERBS = """beat beaten; become became; begin began begun; bite bit bitten; break broke broken; bring brought;
    build built; buy bought; catch caught; choose chose chosen; come came; draw drew drawn; drink drank drunk;
    drive drove driven; eat ate eaten; fall fell fallen; feed fed; fight fought; find found; fly flew flown;
    forget forgot forgotten; freeze froze frozen; get got gotten; give gave given; go went gone; grow grew grown;
    hear heard; hide hid hidden; hold held; keep kept; know knew known; lead led; leave left; lose lost; make made;
    meet met; pay paid; ride rode ridden; rise risen; run ran; say said; see saw seen; seek sought; sell sold;
    send sent; shoot shot; sing sang sung; sink sank sunk; sleep slept; speak spoke spoken; spend spent; stand stood;
    steal stole stolen; strike struck; swim swam swum; take took taken; teach taught; tell told; think thought;
    throw threw thrown; wear wore worn; win won; write wrote written"""
_PRESENT = {past: verb.split()[0] for verb in STRONG_VERBS.split(";") for past in verb.split()[1:]}
"""Questions say "did it sink", texts say "it sank". Left out are pasts that mostly mean something else, as "rose"."""
DEGREES = {"biggest": "largest", "bigger": "larger", "tallest": "highest"}
"""People ask for the biggest island; encyclopaedias name the largest."""
_NUMERALS = {numeral: str(n) for n, numeral in enumerate("I II III IV V VI VII VIII IX X".split(), 1)}
_NUMBERED = re.compile(r"\b(?P<name>[A-Z]\w{1,30}) (?P<numeral>I{1,3}|IV|VI{0,3}|IX|X)\b(?!['’])")
"""A numeral behind a name. Alone, the first one would be taken for the pronoun, and World War I for World War II."""


def terms(text: str, lang: str = "en") -> tuple[str, ...]:
    """Plain forms of the content words, in order; of strong verbs the one that questions use: "sank" is "sink".

    The Roman numerals of names are numbers: "World War I" is "World War 1". ``lang`` says whose stop words go, and
    whose endings.
    """
    found = content_words(_NUMBERED.sub(_counted, text), lang)
    return tuple(normal(alike(word)) if lang == "en" else _stem(word, lang) for word in found)


@lru_cache(maxsize=65536)
def _stem(word: str, lang: str) -> str:
    """What the index knows it by in that language, where that is one term: Kündigungsfristen is kundigungsfrist."""
    known = analysis.terms(analysis.bare(word, lang), lang)
    return known[0] if len(known) == 1 else normal(word)


def alike(word: str) -> str:
    """The word that says the same in a question, where there is one: "sink" for "sank", "largest" for "biggest"."""
    return _PRESENT.get(word) or DEGREES.get(word, word)


def _counted(named: re.Match[str]) -> str:
    if named["name"].lower() in STOP_WORDS:
        return named[0]
    return f"{named['name']} {_NUMERALS[named['numeral']]}"
