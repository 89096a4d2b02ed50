"""Which language is this text in? The script tells most of them; among Latin ones the small words do.

Good for choosing how to index and whether a model fits; not a classifier of mixed text. Looks at the first 4,000
characters.
"""

from __future__ import annotations

import re

_LOOK = 4000
_SMALL_WORDS: dict[str, frozenset[str]] = {
    code: frozenset(listed.split())
    for code, listed in {
        "en": """the of and to in is that was for with as on by are this from which it be at an or have has not but
        his they""",
        "de": """der die das und ist von den mit zu im für auf nicht ein eine dem des sich wurde als auch bei nach
        wie werden wird aus am""",
        "fr": """le la les des et est du une dans que pour qui au par sur en un il plus avec ce pas sont aux ou elle
        cette son""",
        "es": """el los las del y una que por con para se como su es más al fue lo sus pero entre un la de en también
        este""",
        "it": """il di che è della per del una nel con sono dei gli le delle alla da al anche come più si nella suo
        un la questo""",
        "pt": """o os do da que não uma com para em dos no na ao mais foi são das se como pelo sua seu um também é à
        pela""",
        "nl": """de het een van en is dat op voor met zijn niet te aan door werd ook als bij naar worden er om uit
        deze wordt""",
        "sv": "och att det som en är på för av med den till inte ett har om var från de vid kan också efter men",
        "da": "og at det som en er på for af med den til ikke et har om var fra de ved kan også efter blev men",
        "no": "og at det som en er på for av med den til ikke et har om var fra de ved kan også etter ble men",
        "fi": "ja on ei se että oli hän joka mutta myös kuin sen ovat tai kun niin mukaan jonka vuonna olivat ole",
        "pl": "i w na z się do jest nie że od przez po jak za dla oraz został ale przy był tym jego ma są lub",
        "cs": "a v na se je z do že s o to jako byl pro od ale po jsou za které který ve není by své však",
        "ro": "și în de la a cu este pe din care pentru un o nu să fost prin mai sau lui după ale al sunt",
        "hu": "a az és hogy nem egy is meg volt ez de mint csak már vagy ki be el van szerint után még",
        "tr": "ve bir bu için ile olarak de da olan en çok daha gibi kadar sonra olduğu tarafından ise ne değil mi",
        "vi": "và của là có trong các được cho một với không những người đã này để khi từ năm như ở cũng trên",
        "id": "yang dan di dari untuk dengan pada ini adalah itu dalam tidak ke oleh sebagai juga akan atau telah",
        "ca": "el la els les i de que és en un una per amb del al va no es com més seva dels ser també",
        "hr": "i u je na se da su za od s kao koji iz ne što bio do ili te nakon također koja biti",
    }.items()
}
_SCRIPTS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (code, re.compile(f"[{ranges}]"))
    for code, ranges in (
        ("ja", "\u3040-\u30ff"),
        ("ko", "\uac00-\ud7a3\u1100-\u11ff"),
        ("zh", "\u4e00-\u9fff\u3400-\u4dbf"),
        ("ru", "\u0400-\u04ff"),
        ("el", "\u0370-\u03ff\u1f00-\u1fff"),
        ("ar", "\u0600-\u06ff"),
        ("he", "\u0590-\u05ff"),
        ("hi", "\u0900-\u097f"),
        ("bn", "\u0980-\u09ff"),
        ("ta", "\u0b80-\u0bff"),
        ("te", "\u0c00-\u0c7f"),
        ("th", "\u0e00-\u0e7f"),
        ("ka", "\u10a0-\u10ff"),
        ("hy", "\u0530-\u058f"),
        ("km", "\u1780-\u17ff"),
        ("my", "\u1000-\u109f"),
    )
)
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
_LATIN_WORD = re.compile(r"[^\W\d_]+")
_LETTERS: dict[str, str] = {
    "de": "ßäöü", "fr": "çœêèùàâîôû", "es": "ñ¿¡áíóú", "pt": "ãõçáâêó", "it": "òùìèà", "pl": "ąęłśżźćń",
    "cs": "ěřůčšžýí", "ro": "șțăâî", "hu": "őűáéí", "tr": "ğışç", "vi": "ơưạảấầẩậắằẳặẹẻẽếềểễệđ",
    "sv": "åäö", "da": "æøå",
    "no": "æøå", "fi": "äö", "ca": "çàèòï·", "hr": "đšžčć",
}  # fmt: skip


def detect(text: str) -> str:
    """ISO 639-1 code of the language most of ``text`` is written in; ``en`` where nothing speaks for another."""
    sample = text[:_LOOK]
    if sample.isascii():
        return _latin(sample)
    counts = {code: len(pattern.findall(sample)) for code, pattern in _SCRIPTS}
    # Kana among Han means Japanese, even where Han letters are more.
    if counts["ja"] * 10 >= counts["zh"] > 0 and counts["ja"]:
        counts["ja"] += counts["zh"]
        counts["zh"] = 0
    code = max(counts, key=lambda each: counts[each])
    weight = 3 if code in ("zh", "ja", "ko") else 1
    if counts[code] * weight <= len(_LATIN.findall(sample)):
        return _latin(sample)
    if code == "ru":
        return _cyrillic(sample)
    return _arabic(sample) if code == "ar" else code


def _latin(sample: str) -> str:
    found = [word.lower() for word in _LATIN_WORD.findall(sample)]
    if not found:
        return "en"
    lower = sample.lower()
    scores: dict[str, float] = {}
    for code, small in _SMALL_WORDS.items():
        letters = sum(lower.count(letter) for letter in _LETTERS.get(code, ""))
        scores[code] = sum(word in small for word in found) + 0.3 * letters
    best = max(scores, key=lambda code: scores[code])
    return best if scores[best] > scores["en"] else "en"


def _cyrillic(sample: str) -> str:
    lower = sample.lower()
    if any(letter in lower for letter in "іїєґ"):
        return "be" if "ў" in lower else "uk"
    if any(letter in lower for letter in "ђћљњџј"):
        return "mk" if any(letter in lower for letter in "ѓќѕ") else "sr"
    if not any(letter in lower for letter in "ыэё") and lower.count("ъ") * 100 > len(lower):
        return "bg"
    return "ru"


def _arabic(sample: str) -> str:
    if any(letter in sample for letter in "ٹڈںےھ"):
        return "ur"
    return "fa" if any(letter in sample for letter in "پچژگ") else "ar"
