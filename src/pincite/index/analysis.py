"""Which terms stand for this text? The same for a passage and for a question, by language.

Text is segmented (unspaced scripts become bigrams), lower-cased, freed of stop words, stemmed by the language's
Snowball stemmer where there is one, and folded to ASCII. The terms go to the full-text engine joined by blanks, so
that one field holds all languages and its statistics stay one.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

from pincite.text.tokens import STOP_WORDS, segment

_STEMMERS = {
    "ar": "arabic", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish", "fi": "finnish",
    "fr": "french", "hu": "hungarian", "it": "italian", "nl": "dutch", "no": "norwegian", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sv": "swedish", "ta": "tamil", "tr": "turkish",
}  # fmt: skip
_STOP_LISTS = frozenset(["da", "de", "en", "es", "fi", "fr", "hu", "it", "nl", "no", "pt", "ru", "sv"])
_LONGEST_TERM = 64
MOST_LANGS = 4
"""In which a question is read, beside its own: those of most documents."""
ROOT = 3
"""Letters that a word keeps at least without an ending, or a small word in front."""
_ENDINGS: dict[str, tuple[str, ...]] = {
    lang: tuple(sorted(listed.split(), key=len, reverse=True))
    for lang, listed in {
        "cs": "ami ách ech ích ého ému ými ími ovi ou ám ům ém em ů é ý í á a e ě i y o u",
        "he": "יים ים ות ה",
        "hi": "ियों ियाँ ाओं ाएँ ुओं ों ें ीं ाँ ा े ी ि ो",
        "pl": "ami ach owi ego emu ych ich ymi imi iem iej ów om em ej ie ią ię ia iu ę ą a y i e o u",
        "uk": """ами ями ого ому ими іми ові еві ої ою ею єю ів їв ах ях ам ям ий ій их іх им ім ом ем а я у ю и і ї е є
            о й ь""",
    }.items()
}
"""Of languages without a stemmer here: the endings of nouns and adjectives. The index has their words as they stand."""
_LEANING = {"he": "הבלמשוכ"}
"""Small words that are written as the beginning of the next one: the, in, to, from, that, and, as."""


def terms(text: str, lang: str) -> list[str]:
    """Terms of a passage, in order, repeats kept."""
    return _stemming(lang if lang in _STEMMERS else "").analyze(_prepared(text))


def words(text: str) -> list[str]:
    """Lower-cased words as they stand, stop words among them."""
    return _splitting().analyze(_prepared(text))


def small_words(text: str, lang: str) -> list[str]:
    """The stop words of a text: what ``terms`` leaves out."""
    return [word for word in words(text) if is_small(word, lang)]


@lru_cache(maxsize=65536)
def is_small(word: str, lang: str) -> bool:
    """Whether the word carries no meaning alone in this language."""
    return not _stemming(lang if lang in _STEMMERS else "").analyze(word)


def question_terms(text: str, langs: Sequence[str]) -> list[tuple[str, ...]]:
    """For each different content word of a question, its terms in the languages asked for, the likeliest first.

    A word that is a stop word in the first language is left out.
    """
    seen: dict[str, tuple[str, ...]] = {}
    for word in words(text):
        if word not in seen and not is_small(word, langs[0]):
            seen[word] = forms(word, langs)
    return list(dict.fromkeys(variants for variants in seen.values() if variants))


def forms(word: str, langs: Iterable[str]) -> tuple[str, ...]:
    """The terms that stand for a word in these languages, those of the first one first."""
    return tuple(dict.fromkeys(term for lang in langs for term in (*terms(word, lang), *_inflected(word, lang))))


def bare(word: str, lang: str) -> str:
    """A lower-cased word without its ending and what leans on it, where those are known; letters of its root may go,
    too, in every form alike.
    """
    while len(word) > ROOT and word[0] in _LEANING.get(lang, ""):
        word = word[1:]
    fitting = (end for end in _ENDINGS.get(lang, ()) if word.endswith(end) and len(word) - len(end) >= ROOT)
    return word.removesuffix(next(fitting, ""))


def _inflected(word: str, lang: str) -> list[str]:
    """The other forms in which the index may have the word of a language without a stemmer."""
    if lang not in _ENDINGS or len(word) <= ROOT or (word.isascii() and lang in ("he", "hi", "uk")):
        return []
    if lang in _LEANING:
        inner = word[1:] if word[0] in _LEANING[lang] else word
        return [inner, *(f"{small}{one}" for one in dict.fromkeys((word, inner)) for small in _LEANING[lang])]
    stem = bare(word, lang)
    return [term for end in ("", *_ENDINGS[lang]) for term in terms(f"{stem}{end}", lang)]


def content(text: str, langs: Sequence[str]) -> list[str]:
    """The words that are stop words in none of these languages, each once."""
    return [word for word in dict.fromkeys(words(text)) if not any(is_small(word, lang) for lang in langs)]


def _prepared(text: str) -> str:
    return text if text.isascii() else segment(unicodedata.normalize("NFKC", text))


@cache
def _splitting() -> TextAnalyzer:
    return (
        TextAnalyzerBuilder(Tokenizer.simple())
        .filter(Filter.remove_long(_LONGEST_TERM))
        .filter(Filter.lowercase())
        .build()
    )


@cache
def _stemming(lang: str) -> TextAnalyzer:
    builder = (
        TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.remove_long(_LONGEST_TERM)).filter(Filter.lowercase())
    )
    if lang in _STOP_LISTS:
        builder = builder.filter(Filter.stopword(_STEMMERS[lang]))
    if lang == "en":
        builder = builder.filter(Filter.custom_stopword(_english()))
    if lang in _STEMMERS:
        builder = builder.filter(Filter.stemmer(_STEMMERS[lang]))
    return builder.filter(Filter.ascii_fold()).build()


def _english() -> list[str]:
    # The tokenizer splits at apostrophes, so "what's" is "what" and "s".
    return sorted({part for word in STOP_WORDS for part in word.split("'")} | {"s", "t"})
