"""What does this sum come to? A parser of our own over exact fractions: nothing is executed, and every step is bounded.

    sum     = product (("+" | "-") product)*
    product = signed (("*" | "/" | "mod") signed)*
    signed  = ("-" | "+") signed | power
    power   = ended ["^" signed]
    ended   = atom ("!" | "%")*
    atom    = number | "pi" | "(" sum ")" | ("sqrt" | "cbrt") atom

How large a power or a factorial will be is known before it is computed. Roots and pi are rounded to 60 digits.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import factorial, isqrt

LONGEST = 200
"""Characters; there are never more tokens."""
DEEPEST = 30
"""Brackets, signs and roots in one another."""
LARGEST_BITS = 8192
"""Of a numerator or denominator, at every step: 2,466 decimal digits."""
LARGEST_FACTORIAL = 800
ROOT_DIGITS = 60
PI = Fraction(3141592653589793238462643383279502884197169399375105820974944, 10**60)

TOKEN = re.compile(r"\s*(\d+(?:\.\d+)?|\.\d+|\*\*|[-+*/^()!%]|sqrt|cbrt|mod|pi)")
SIGNS = str.maketrans({"×": "*", "⋅": "*", "·": "*", "÷": "/", "−": "-", "π": "pi", "√": "sqrt"})


class NotArithmetic(ValueError):
    """This is no sum, has no value, or takes too much room."""


@dataclass(frozen=True)
class Value:
    """``exact`` is false where a root or pi was rounded. ``steps`` counts what was done; 0 is a bare number."""

    number: Fraction
    exact: bool = True
    steps: int = 0
    percent: bool = False
    """It was written with a percent sign, which adding would read in two ways."""


def evaluate(text: str) -> Value:
    """The value of an expression of up to 200 characters. Raises ``NotArithmetic``, and nothing else."""
    if len(text) > LONGEST:
        raise NotArithmetic(f"{len(text)} characters; {LONGEST} are the most")
    parser = _Parser(_tokens(text.translate(SIGNS)))
    value = parser.sum()
    if parser.next:
        raise NotArithmetic(f"{parser.next!r} follows what is complete")
    return value


def _tokens(text: str) -> list[str]:
    found, at = [], 0
    text = text.rstrip()
    while at < len(text):
        token = TOKEN.match(text, at)
        if token is None:
            raise NotArithmetic(f"{text[at : at + 20]!r} can't be read")
        found.append("^" if token[1] == "**" else token[1])
        at = token.end()
    return found


class _Parser:
    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    @property
    def next(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _take(self, *wanted: str) -> str:
        token = self.next
        if token not in wanted:
            return ""
        self._at += 1
        return token

    def sum(self) -> Value:
        value = self._product()
        while sign := self._take("+", "-"):
            value = _added(value, self._product(), 1 if sign == "+" else -1)
        return value

    def _product(self) -> Value:
        value = self._signed()
        while sign := self._take("*", "/", "mod"):
            value = _multiplied(value, self._signed(), sign)
        return value

    def _signed(self) -> Value:
        sign = self._take("-", "+")
        if not sign:
            return self._power()
        value = self._deeper(self._signed)
        return Value(-value.number if sign == "-" else value.number, value.exact, value.steps, value.percent)

    def _power(self) -> Value:
        value = self._ended()
        return _raised(value, self._deeper(self._signed)) if self._take("^") else value

    def _ended(self) -> Value:
        value = self._atom()
        while sign := self._take("!", "%"):
            if sign == "!":
                value = _factorial(value)
            elif value.percent or self.next[:1].isdigit() or self.next in {"(", "sqrt", "cbrt", "pi"}:
                raise NotArithmetic("a percent sign before a number may be a remainder")
            else:
                value = Value(value.number / 100, value.exact, value.steps, percent=True)
        return value

    def _atom(self) -> Value:
        if root := self._take("sqrt", "cbrt"):
            return _root(self._deeper(self._atom), 2 if root == "sqrt" else 3)
        if self._take("("):
            value = self._deeper(self.sum)
            if not self._take(")"):
                raise NotArithmetic("a bracket is not closed")
            return value
        if self._take("pi"):
            return Value(PI, exact=False)
        token = self.next
        if not token or token[0] not in "0123456789.":
            raise NotArithmetic(f"{token!r} stands where a number should")
        self._at += 1
        return _held(Value(Fraction(token)))

    def _deeper(self, part: Callable[[], Value]) -> Value:
        self._depth += 1
        if self._depth > DEEPEST:
            raise NotArithmetic(f"more than {DEEPEST} levels")
        value = part()
        self._depth -= 1
        return value


# ── steps, each bounded ──


def _held(value: Value) -> Value:
    number = value.number
    if max(number.numerator.bit_length(), number.denominator.bit_length()) > LARGEST_BITS:
        raise NotArithmetic(f"more than {LARGEST_BITS} bits")
    return value


def _done(number: Fraction, *parts: Value, exact: bool = True) -> Value:
    rounded = not exact or not all(part.exact for part in parts)
    return _held(Value(number, not rounded, 1 + sum(part.steps for part in parts)))


def _added(left: Value, right: Value, sign: int) -> Value:
    if left.percent or right.percent:
        raise NotArithmetic("adding a percentage means one thing to some and another to others")
    return _done(left.number + sign * right.number, left, right)


def _multiplied(left: Value, right: Value, sign: str) -> Value:
    if sign == "*":
        return _done(left.number * right.number, left, right)
    if right.number == 0:
        raise NotArithmetic("a division by zero")
    if sign == "/":
        return _done(left.number / right.number, left, right)
    return _done(left.number % right.number, left, right)


def _raised(base: Value, power: Value) -> Value:
    number, exponent = base.number, power.number
    if exponent.denominator > 1:
        if exponent.denominator > 12 or not power.exact:
            raise NotArithmetic(f"the power {exponent} is no simple one")
        root = _root(base, exponent.denominator)
        return _raised(root, Value(Fraction(exponent.numerator)))
    times = exponent.numerator
    if number == 0 and times <= 0:
        raise NotArithmetic(f"zero to the power {times}")
    size = max(number.numerator.bit_length(), number.denominator.bit_length())
    if abs(number) != 1 and size * abs(times) > LARGEST_BITS:
        raise NotArithmetic(f"more than {LARGEST_BITS} bits")
    if abs(number) == 1:
        times %= 2
    return _done(Fraction(number**times), base, power)


def _factorial(value: Value) -> Value:
    number = value.number
    if number.denominator > 1 or not 0 <= number <= LARGEST_FACTORIAL:
        raise NotArithmetic(f"no factorial of {number} here")
    return _done(Fraction(factorial(number.numerator)), value)


def _root(value: Value, degree: int) -> Value:
    number = value.number
    if number < 0:
        raise NotArithmetic("an even root of less than nothing" if degree % 2 == 0 else "a root of less than nothing")
    above, below = _whole_root(number.numerator, degree), _whole_root(number.denominator, degree)
    if above**degree == number.numerator and below**degree == number.denominator:
        return _done(Fraction(above, below), value)
    scale = 10**ROOT_DIGITS
    # The denominator moves under the root's scale, so that one whole root gives all digits.
    near = _whole_root(number.numerator * scale**degree // number.denominator, degree)
    return _done(Fraction(near, scale), value, exact=False)


def _whole_root(number: int, degree: int) -> int:
    """The largest whole number whose ``degree``-th power is not above ``number``; Newton's steps from above."""
    if degree == 2 or number < 2:
        return isqrt(number) if degree == 2 else number
    guess = 1 << -(-number.bit_length() // degree)
    while True:
        nearer = ((degree - 1) * guess + number // guess ** (degree - 1)) // degree
        if nearer >= guess:
            return guess
        guess = nearer
