"""How is a number read and written? Words to digits, and exact values to as many digits as a person wants."""

from __future__ import annotations

import re
from fractions import Fraction

SMALL = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split()
    )
}
TENS = {word: 10 * (2 + at) for at, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split())}
SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
PARTS = {"half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8}
PARTS |= {"ninth": 9, "tenth": 10}
PLURALS = {"halves": 2} | {f"{word}s": value for word, value in PARTS.items()}

GROUPED = re.compile(r"(?<![\d,.])\d{1,3}(?:,\d{3})+(?![\d,])")
WORDS = re.compile(r"[a-z]+|\d+(?:\.\d+)?|\s+|.")
JOINED = re.compile(rf"\b({'|'.join(TENS)})-(?=(?:{'|'.join(list(SMALL)[1:10])})\b)")

EXACT_DECIMALS = 9
EXACT_DIGITS = 40
ROUNDED_DIGITS = 10


def digits(text: str) -> str:
    """``text`` in small letters with its numbers in digits: "three quarters" is 3/4, "twelve hundred" 1200."""
    text = GROUPED.sub(lambda found: found[0].replace(",", ""), text)
    pieces: list[str] = WORDS.findall(JOINED.sub(r"\1 ", text))
    told: list[str] = []
    at = 0
    while at < len(pieces):
        value, end = _number(pieces, at)
        if value is None:
            told.append(pieces[at])
            at += 1
            continue
        part, end = _part(pieces, end, value)
        told.append(f"{value}/{part}" if part else _plain(value))
        at = end
    return "".join(told)


def _plain(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else str(float(value))


def _word(pieces: list[str], at: int) -> tuple[str, int]:
    """The word after at most one gap, and where it ends."""
    if at < len(pieces) and pieces[at].isspace():
        at += 1
    return (pieces[at], at + 1) if at < len(pieces) else ("", at)


def _number(pieces: list[str], at: int) -> tuple[Fraction | None, int]:
    """The number that begins at ``at``, and where it ends; digits alone are no words and stay as they are."""
    first = pieces[at]
    if at and (pieces[at - 1].isalnum() or pieces[at - 1] in "'.-/"):
        return None, at
    if first == "a":
        follows, _ = _word(pieces, at + 1)
        if follows != "hundred" and follows not in SCALES:
            return None, at
    elif not (first in SMALL or first in TENS or _scaled(pieces, at)):
        return None, at
    total = current = Fraction(0)
    last, least, end = "", 10**15, at
    word, after = first, at + 1
    while True:
        if word == "a" and not last:
            current, last = Fraction(1), "small"
        elif word[:1].isdigit() and not last:
            current, last = Fraction(word), "small"
        elif word in SMALL and (last in {"", "hundred", "scale", "and"} or (last == "tens" and 0 < SMALL[word] < 10)):
            current, last = current + SMALL[word], "small"
        elif word in TENS and last in {"", "hundred", "scale", "and"}:
            current, last = current + TENS[word], "tens"
        elif word == "hundred" and last in {"small", "tens"} and current < 100:
            current, last = current * 100, "hundred"
        elif word in SCALES and last in {"small", "tens", "hundred"} and SCALES[word] < least:
            total, current, last, least = total + current * SCALES[word], Fraction(0), "scale", SCALES[word]
        elif word == "and" and last in {"hundred", "scale"} and {*SMALL, *TENS} & {_word(pieces, after)[0]}:
            last = "and"
        else:
            return total + current, end
        end = after
        word, after = _word(pieces, after)


def _scaled(pieces: list[str], at: int) -> bool:
    """Digits before a word that makes them larger or a part: "1 million", "1 fifth"."""
    follows, _ = _word(pieces, at + 1)
    return pieces[at][0].isdigit() and (follows in SCALES or follows == "hundred" or follows in PLURALS | PARTS)


def _part(pieces: list[str], at: int, value: Fraction) -> tuple[int, int]:
    """What the number counts, such as 4 for quarters, and where that ends; 0 where it counts wholes."""
    word, end = _word(pieces, at)
    known = PARTS if value == 1 else PLURALS
    return (known[word], end) if word in known and value.denominator == 1 else (0, at)


# ── writing ──


def written(value: Fraction, digits_shown: int = ROUNDED_DIGITS) -> tuple[str, bool]:
    """``value`` for a person, and whether that is all of it. Thousands by commas; the huge as 1.2 × 10^30."""
    if value.denominator == 1 and abs(value.numerator) < 10**EXACT_DIGITS:
        return f"{value.numerator:,}", True
    if (value * 10**EXACT_DECIMALS).denominator == 1 and abs(value) < 10**15:
        return _grouped(_decimal(value, EXACT_DECIMALS)), True
    return _rounded(value, digits_shown), False


def _grouped(decimal: str) -> str:
    """Thousands apart, and no zeros at the end."""
    whole, _, rest = decimal.removeprefix("-").partition(".")
    rest = rest.rstrip("0")
    return f"{'-' if decimal.startswith('-') else ''}{int(whole):,}{f'.{rest}' if rest else ''}"


def _decimal(value: Fraction, places: int) -> str:
    scaled = round(abs(value) * 10**places)
    whole, rest = divmod(scaled, 10**places)
    return f"{'-' if value < 0 else ''}{whole}.{rest:0{places}d}"


def _rounded(value: Fraction, shown: int) -> str:
    power = _magnitude(value)
    if -5 <= power < 15:
        return _grouped(_decimal(value, max(shown - 1 - power, 1)))
    mantissa = value / Fraction(10) ** power
    return f"{_decimal(mantissa, shown - 1).rstrip('0').rstrip('.')} × 10^{power}"


def _magnitude(value: Fraction) -> int:
    """The power of ten of its first digit; ``value`` is not 0."""
    power = len(str(abs(value.numerator))) - len(str(value.denominator))
    return power if abs(value) >= Fraction(10) ** power else power - 1
