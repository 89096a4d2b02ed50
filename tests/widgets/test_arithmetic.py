"""The evaluator is exact, bounded, and knows when something is no sum."""

import random
import time
from fractions import Fraction
from threading import Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pincite.widgets.arithmetic import LARGEST_BITS, NotArithmetic, evaluate
from pincite.widgets.numerals import written

PIECES = [
    *"0123456789.+-*/^()!% ",
    "**",
    "sqrt",
    "cbrt",
    "mod",
    "pi",
    "99999",
    "9!",
    "^9",
    "((",
    "))",
    "1e9",
    "__",
    "x",
]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1+2*3", 7),
        ("(1+2)*3", 9),
        ("-2^2", -4),
        ("2^3^2", 512),
        ("2^-3", Fraction(1, 8)),
        ("0.1+0.2", Fraction(3, 10)),
        ("7 mod 3", 1),
        ("20%*50", 10),
        ("3!!", 720),
        ("sqrt 144", 12),
        ("(4/9)^(1/2)", Fraction(2, 3)),
        ("cbrt 27", 3),
        ("(-1)^99999999999", -1),
        ("1 − 3 × 4 ÷ 2", -5),
    ],
)
def test_the_value_is_exact(text: str, number: Fraction) -> None:
    value = evaluate(text)
    assert value.number == number
    assert value.exact


def test_a_root_is_right_to_many_digits_and_says_that_it_is_rounded() -> None:
    value = evaluate("sqrt 2")
    assert not value.exact
    assert abs(value.number**2 - 2) < Fraction(1, 10**50)


ODD = "1/0|0^0|0^-1|9**9**9**9|2^99999|801!|(1/2)!|sqrt -1|5%+1|17%5|1+|)|(|1 2|1e5|a+b|__import__('os')|1.2.3|"
LONG = ["(" * 60 + "1" + ")" * 60, "-" * 60 + "1", "1+" * 150 + "1", "sqrt " * 39 + "2", "9" * 200 + "1"]


@pytest.mark.parametrize("text", [*ODD.split("|"), *LONG])
def test_what_is_no_sum_or_too_large_is_refused(text: str) -> None:
    with pytest.raises(NotArithmetic):
        evaluate(text)


def holds(text: str) -> None:
    """Nothing but ``NotArithmetic`` comes out, and no value is larger than promised."""
    try:
        value = evaluate(text)
    except NotArithmetic:
        return
    assert max(value.number.numerator.bit_length(), value.number.denominator.bit_length()) <= LARGEST_BITS
    assert written(value.number)[0]


def drawn(rng: random.Random) -> str:
    return "".join(rng.choice(PIECES) for _ in range(rng.randint(1, 60)))


@settings(max_examples=1000, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_no_text_makes_another_error(text: str) -> None:
    holds(text)


def test_five_thousand_random_expressions_end() -> None:
    rng = random.Random(6)
    running = Thread(target=lambda: [holds(drawn(rng)) for _ in range(5_000)], daemon=True)
    running.start()
    running.join(timeout=120)
    assert not running.is_alive()


@given(st.integers(-(10**6), 10**6), st.integers(-(10**6), 10**6), st.integers(1, 10**6))
def test_it_agrees_with_fractions(a: int, b: int, c: int) -> None:
    assert evaluate(f"({a})*({b})-({a})/({c})").number == a * b - Fraction(a, c)


@pytest.mark.slow
def test_a_hundred_thousand_expressions_take_less_than_50_ms_each() -> None:
    rng = random.Random(7)
    longest = 0.0
    for _ in range(100_000):
        text = drawn(rng)
        began = time.thread_time()
        holds(text)
        longest = max(longest, time.thread_time() - began)
    assert longest <= 0.050
