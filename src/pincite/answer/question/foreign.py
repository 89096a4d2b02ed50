"""What does a question in another language than English ask for? How a thing is done, and what a thing is.

Surface patterns, as those for English are: what they miss is searched and answered like any other question. Accents may
be missing, as they often are where somebody types in haste.
"""

from __future__ import annotations

import re

from pincite.text.languages import detect
from pincite.text.tokens import content_words, words

_NAME = r"(?P<about>[^\s,;:?!]+(?: [^\s,;:?!]+){0,5}?)"
_RUN = r"(?P<about>[^\s,;:?!]{1,30}?)"
"""A name in a script that is written without blanks."""
_ALSO, _RUN_ALSO = _NAME.replace("about", "also"), _RUN.replace("about", "also")

_DEFINED: dict[str, str] = {
    "de": rf"(?:was|wer) (?:ist|sind|war|waren|bedeutet) {_NAME}|was versteht man unter {_ALSO}",
    "fr": rf"(?:qu'est[- ]ce (?:que |qu')(?:c'est que )?|c'est qu(?:oi|i) |qui (?:est|sont) |que signifie ){_NAME}",
    "es": rf"(?:qu[eé]|qui[eé]n(?:es)?) (?:es|son|era|eran|fue|fueron|significa) {_NAME}",
    "it": rf"(?:(?:che )?cos(?:'|a )[eè]|(?:che )?cosa (?:sono|significa)|chi (?:[eè]|era|fu|sono)) {_NAME}",
    "pt": rf"(?:o que|quem) (?:[eé]|s[aã]o|era|eram|foi|significa) {_NAME}",
    "nl": rf"(?:wat|wie) (?:is|zijn|was|waren|betekent) {_NAME}",
    "pl": rf"(?:co to(?: jest| są| znaczy)?|czym (?:jest|są)|kto to(?: jest| był| była)?|kim (?:jest|była?)) {_NAME}",
    "cs": rf"(?:co (?:je|jsou|to je|znamená)|kdo (?:je|byl|byla|to je)) {_NAME}",
    "sv": rf"(?:vad|vem) (?:är|var|betyder) {_NAME}",
    "ru": rf"(?:что такое|что значит|кто так(?:ой|ая|ие)) {_NAME}",
    "uk": rf"(?:що таке|що означає|хто так(?:ий|а|і)) {_NAME}",
    "tr": rf"{_NAME} (?:nedir|ne demek(?:tir)?|kimdir|kimdi)",
    "ar": rf"(?:ما|من) ?(?:هو|هي|معنى) {_NAME}",
    "he": rf"(?:מה (?:זה|זאת|פירוש)|מהו|מהי|מי (?:זה|זאת|היה|הייתה)|מיהו|מיהי) {_NAME}",
    "hi": rf"{_NAME} (?:क्या|कौन) (?:है|हैं|था|थे|थी|होता है|होती है)",
    "zh": rf"(?:什么是|什麼是|何谓|何謂) ?{_RUN}|{_RUN_ALSO} ?是(?:什么|什麼|谁|誰)(?:意思|东西|東西)?",
    "ja": rf"{_RUN} ?(?:(?:とは|って)(?:何|なに|誰|どういう意味)?|は(?:何|なに|誰))(?:です|でしょう|なの|なん)?か?",
    "ko": r"(?P<about>\S+?(?: \S+?){0,5}?)(?:(?:이|가|은|는)? ?(?:뭐|무엇|누구)(?:야|예요|인가요|입니까)?|이란|란)",
}  # fmt: skip
_DEFINES = {lang: re.compile(rule, re.IGNORECASE) for lang, rule in _DEFINED.items()}
_ARTICLES = re.compile(
    r"^(?:d(?:er|ie|as|en|em)|ein(?:en?|em)?|l[eao]s?|une?|des|el|l['’](?=\S)|i|gli|un[ao]|un['’](?=\S)|os?|as?|uma?|de|het"
    r"|een|ett?)(?:(?<=['’])| )(?=\S)",
    re.IGNORECASE,
)
_DONE: dict[str, str] = {
    # "Wie heiße ich" and "wie lange muss ich" ask for something else: the verb stands second, and it is none of being.
    "de": r"^wie (?!hei(?:ß|ss)|bin\b|war\b)(?:\w+[en]|kann|muss|soll|darf|lässt|laesst) (?:ich|man|wir|sich)\b",
    "fr": r"^comment (?!va\b|s'appelle)(?:\w+(?:er|ir|re)\b|(?:puis|peut|dois|doit|fait|faut)-|(?:on|je|peut|se) )",
    "es": r"^c[oó]mo (?!se llama)(?:se |puedo |puede |hago |hacer |debo |\w+(?:ar|er|ir)(?:me|se|lo|la)?\b|\w+o\b)",
    "it": r"^come (?!si chiama|sono\b|stanno\b)(?:si |posso |devo |faccio |fare |\w+(?:are|ere|ire|rsi)\b|\w+o\b)",
    "pt": r"^como (?!se chama)(?:se |posso |devo |faço |fazer |eu |\w+(?:ar|er|ir)\b|\w+o\b)",
    "nl": r"^hoe (?!heet|ben)\w+ (?:ik|je|men|we|u)\b",
    "pl": r"^jak (?:mogę |można |należy )?\w+ć\b",
    "cs": r"^jak (?:mohu |mám |lze |se )?\w+(?:t|ci)\b",
    "ru": r"^как (?:мне |нам |можно |нужно |надо |правильно )*\w+(?:ть|ти|чь)(?:ся)?\b",
    "uk": r"^як (?:мені |нам |можна |треба |правильно )*\w+ти(?:ся)?\b",
    "tr": r"\bnasıl \w+(?:[ıiuüae]r|ır|z)(?:[ıiuü]m|[ıiuü]z|s[ıiuü]n(?:[ıiuü]z)?)?$",
    "ar": r"^كيف (?!حال)",
    "he": r"^(?:איך|כיצד) (?!קוראים|קראו)",
    "hi": r"कैसे (?!ह|थ)",
    "zh": r"(?:怎么|怎麼|怎样|怎樣|如何)(?!样|樣|了|会|會|可能|这么|這麼|那么|那麼)\w",
    "ja": r"(?:どうやって|どうすれば|どうしたら|の方法|やり方|手順|の仕方)",
    "ko": r"어떻게 (?!되|생)",
}  # fmt: skip
_HOW = {lang: re.compile(rule, re.IGNORECASE) for lang, rule in _DONE.items()}


def how_to(question: str) -> bool:
    """Does it ask how a thing is done?"""
    lang = detect(question)
    return lang in _HOW and _HOW[lang].search(_plain(question)) is not None


def about(question: str) -> str:
    """What it asks to be told about, without an article, as a definition or as that name alone; else nothing."""
    lang, plain = detect(question), _plain(question)
    if lang == "en":
        return ""
    found = _DEFINES[lang].fullmatch(plain) if lang in _DEFINES else None
    if found is not None:
        return _ARTICLES.sub("", next(filter(None, found.groupdict().values()), ""))
    bare = _ARTICLES.sub("", plain)
    # A question with a small word in it asks for something of the thing.
    return bare if len(bare.split()) <= 4 and words(bare) == content_words(bare, lang) else ""


def _plain(question: str) -> str:
    return " ".join(question.replace("’", "'").strip(" ¿?？؟!.。\"'").split())
