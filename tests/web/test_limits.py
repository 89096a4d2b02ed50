from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from pincite.web import limits
from pincite.web.limits import Logins, Rate, Throttle


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@given(st.integers(1, 600), st.lists(st.floats(0, 5), min_size=1, max_size=300))
def test_nobody_gets_more_than_the_rate_and_the_rest(per_minute: int, gaps: list[float]) -> None:
    clock = Clock()
    rate = Rate(per_minute, clock)
    taken = 0
    for gap in gaps:
        clock.now += gap
        taken += rate.wait_s("ada") == 0
    assert taken <= per_minute + sum(gaps) * per_minute / 60 + 1e-6


def test_whoever_waits_as_told_is_heard_and_others_never_wait() -> None:
    clock = Clock()
    rate = Rate(2, clock)
    assert [rate.wait_s("ada") for _ in range(2)] == [0, 0]
    wait_s = rate.wait_s("ada")
    assert 29 < wait_s <= 30
    assert rate.wait_s("bob") == 0
    clock.now += wait_s
    assert rate.wait_s("ada") == 0


def test_names_without_end_take_no_memory_without_end() -> None:
    rate, throttle = Rate(60), Throttle(1)
    most, limits.MOST_NAMES = limits.MOST_NAMES, 100
    try:
        for n in range(1000):
            rate.wait_s(str(n))
            throttle.failed(str(n))
    finally:
        limits.MOST_NAMES = most
    assert len(rate._buckets) <= 100
    assert len(throttle._failures) <= 100


def test_waits_double_up_to_the_most_and_a_long_rest_wipes_them_out() -> None:
    clock = Clock()
    throttle = Throttle(3, 60, clock)
    waits = []
    for _ in range(12):
        throttle.failed("ada")
        waits.append(throttle.wait_s("ada"))
    assert waits == [0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60, 60]
    assert throttle.wait_s("bob") == 0
    clock.now += 121
    throttle.failed("ada")
    assert throttle.wait_s("ada") == 0


def test_a_day_of_guessing_gets_few_guesses() -> None:
    clock = Clock()
    logins = Logins(clock)
    dice, guesses = random.Random(1), 0
    while clock.now < 1000 + 86_400:
        place = f"10.0.0.{dice.randrange(256)}"
        if logins.wait_s("ada@example.org", place) == 0:
            guesses += 1
            logins.failed("ada@example.org", place)
        clock.now += 1
    assert guesses < 200


def test_who_is_guessed_at_from_elsewhere_signs_in_where_it_always_did() -> None:
    logins = Logins(Clock())
    for _ in range(20):
        logins.failed("ada@example.org", "10.0.0.1")
    assert logins.wait_s("ada@example.org", "10.0.0.1") > 0
    assert logins.wait_s("ADA@example.org ", "10.0.0.1") > 0
    assert logins.wait_s("ada@example.org", "10.0.0.2") == 0


def test_a_right_password_forgives_the_pair_but_not_the_place() -> None:
    logins = Logins(Clock())
    for n in range(40):
        logins.failed(f"{n}@example.org", "10.0.0.1")
    logins.succeeded("ada@example.org", "10.0.0.1")
    assert logins.wait_s("bob@example.org", "10.0.0.1") > 0
