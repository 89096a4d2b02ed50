"""Numbers in words become digits, and values become numbers that a person reads."""

from fractions import Fraction

import pytest

from pincite.widgets.numerals import digits, written


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("twenty-one days", "21 days"),
        ("twelve hundred", "1200"),
        ("one hundred and five", "105"),
        ("1 million twelve hundred", "1001200"),
        ("three quarters of one sixth", "3/4 of 1/6"),
        ("add twelve and twelve", "add 12 and 12"),
        ("a thousand", "1000"),
        ("1,234,567", "1234567"),
        ("3, 7, 9", "3, 7, 9"),
        ("one second", "1 second"),
        ("someone often", "someone often"),
    ],
)
def test_words_to_digits(words: str, told: str) -> None:
    assert digits(words) == told


@pytest.mark.parametrize(
    ("value", "text", "whole"),
    [
        (Fraction(1234567), "1,234,567", True),
        (Fraction(-1, 2), "-0.5", True),
        (Fraction(1, 3), "0.3333333333", False),
        (Fraction(-2000, 3), "-666.6666667", False),
        (Fraction(10**30, 7), "1.428571429 × 10^29", False),
        (Fraction(1, 7 * 10**9), "1.428571429 × 10^-10", False),
        (Fraction(0), "0", True),
    ],
)
def test_values_to_text(value: Fraction, text: str, whole: bool) -> None:
    assert written(value) == (text, whole)
