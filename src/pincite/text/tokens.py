"""Which words does this text hold? Word tokens, content words, their plain form, and text segmented for an index.

Scripts written without spaces (Chinese, Japanese, Thai …) and Korean give overlapping pairs of characters: no
dictionary is needed, and both sides of a comparison are cut the same way.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from pincite.text.function_words import function_pieces, function_words

UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003134f"
)
"""Scripts without spaces, and Korean, as ranges of a character class."""
_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u0610-\u061a\u064b-"
    "\u065f\u0670\u0900-\u0963\u0966-\u0dff"
)
_RUN = re.compile(f"[{UNSPACED}]+")
_LETTER = rf"(?:[^\W_]|[{_MARKS}])"
_WORD = re.compile(
    rf"(?P<unspaced>[{UNSPACED}]+)"
    r"|(?P<dotted>(?<![^\W_])(?:[A-Za-z]\.){2,}(?:[A-Za-z](?![^\W_]))?|(?<![^\W_])US(?![^\W_]))"
    r"|\d+(?:[.,]\d+)+(?![^\W_])"
    rf"|(?:(?![{UNSPACED}]){_LETTER})+(?:['’](?:(?![{UNSPACED}]){_LETTER})+)*"
)
_ASCII_WORD = re.compile(
    r"(?P<dotted>(?<![A-Za-z0-9])(?:[A-Za-z]\.){2,}(?:[A-Za-z](?![A-Za-z0-9]))?|(?<![A-Za-z0-9])US(?![A-Za-z0-9]))"
    r"|\d+(?:[.,]\d+)+(?![A-Za-z0-9])"
    r"|[A-Za-z0-9]+(?:'[A-Za-z0-9]+)*"
)

QUESTION_WORDS = frozenset(
    """what which who whom whose when where why how what's who's where's when's how's did does do is are was were can
    could would should will many much tell define name describe explain""".split()
)
STOP_WORDS = QUESTION_WORDS | frozenset(
    """a about above after again all also am an and any as at be because been before being below between both but by
    cannot down during each either else few for from further had has have having he her here hers herself him
    himself his i if in into it its itself just let like may me might more most must my myself neither no nor not
    now of off on once one only or other ought our ours ourselves out over own per please same shall she since so
    some such than that the their theirs them themselves then there these they this those through to too under until
    up upon us very via we while with within without yet you your yours yourself yourselves isn't aren't wasn't
    weren't don't doesn't didn't won't can't couldn't wouldn't shouldn't hasn't haven't hadn't i'm i've i'd i'll
    it's that's there's they're we're you're he's she's let's""".split()
)
"""English words that carry no meaning alone, and the words that only make a question of a sentence."""
_LEANING = {
    "fr": re.compile(r"(?<![^\W_])(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu)['’](?=[^\W_])", re.IGNORECASE),
    "it": re.compile(
        r"(?<![^\W_])(?:[cdlmnstv]|gl|un|dov|com|quell|quest|(?:[ad]|co|da|de|ne|su)ll)['’](?=[^\W_])", re.IGNORECASE
    ),
    "ca": re.compile(r"(?<![^\W_])[dlmnst]['’](?=[^\W_])", re.IGNORECASE),
    "tr": re.compile(r"(?<=[^\W\d_])['’][^\W\d_]+"),
}
"""Small words that lean on the next one or on the one before: *l'acqua* is water, *Ankara'nın* of Ankara."""


def words(text: str) -> list[str]:
    """Lower-cased words in order. ``U.S.`` and ``US`` are both ``u.s``; runs of unspaced script become bigrams."""
    if text.isascii():
        return [
            match[0].lower() if match.lastgroup is None else _dotted(match[0]) for match in _ASCII_WORD.finditer(text)
        ]
    found: list[str] = []
    for match in _WORD.finditer(unicodedata.normalize("NFKC", text)):
        if match.lastgroup == "unspaced":
            found += _bigrams(match[0])
        elif match.lastgroup == "dotted":
            found.append(_dotted(match[0]))
        else:
            found.append(match[0].lower().replace("’", "'"))
    return found


def _dotted(word: str) -> str:
    letters = word.replace(".", "").lower()
    # "US" and "U.S." must match each other and not the pronoun; other initialisms match their undotted form.
    return "u.s" if letters == "us" else letters


def _bigrams(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)] or [run]


def content_words(text: str, lang: str = "en") -> list[str]:
    """``words`` without stop words and question words, in order, repeats kept.

    Those of English, and of ``lang``: the language that the text is in, as ``languages.detect`` tells it.
    """
    if (leaning := _LEANING.get(lang) or function_pieces(lang)) is not None:
        text = leaning.sub(" ", text)
    stop = _stop_words(lang)
    return [word for word in words(text) if word not in stop]


@cache
def _stop_words(lang: str) -> frozenset[str]:
    return STOP_WORDS | function_words(lang)


def segment(text: str) -> str:
    """``text`` with each run of unspaced script replaced by its bigrams, spaces between; other text is untouched."""
    if text.isascii():
        return text
    return _RUN.sub(lambda run: f" {' '.join(_bigrams(run[0]))} ", text)


@lru_cache(maxsize=65536)
def normal(word: str) -> str:
    """The plain form of a lower-cased word: no possessive, accent, English plural, ``-ing`` or ``-ed``.

    Two forms of one word agree; it is no dictionary form ("studies" and "study" are both ``studi``).
    After the first steps of Porter, "An algorithm for suffix stripping", Program 14(3), 1980.
    """
    word = word.removesuffix("'s").replace("'", "") if "'" in word else word
    if not word.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFKD", word) if not "\u0300" <= c <= "\u036f")
        if not plain.isascii():
            return word
        word = plain
    if len(word) <= 3 or not word.isalpha():
        return word
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    return _end_y(_without_ing_ed(_without_plural(word)))


_IRREGULAR = {"used": "use", "using": "use", "died": "die", "dying": "die", "lied": "lie", "lying": "lie"}
_VOWEL = re.compile(r"[aeiouy]")


def _without_plural(word: str) -> str:
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    if word.endswith("ies"):
        return word[:-3] + ("ie" if len(word) == 4 else "y")
    if word.endswith(("ss", "us", "is")):
        return word
    return word.removesuffix("s")


def _without_ing_ed(word: str) -> str:
    if word.endswith("eed"):
        return word
    for suffix in ("ing", "ed"):
        stem = word.removesuffix(suffix)
        if stem != word and len(stem) >= 3 and _VOWEL.search(stem):
            if stem[-1] == stem[-2] and stem[-1] not in "lsz":
                return stem[:-1]
            return stem
    # "make" and "making" must agree, so a silent e goes from every word.
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


def _end_y(word: str) -> str:
    return word[:-1] + "i" if word.endswith("y") and len(word) > 3 and word[-2] not in "aeiou" else word
