"""Addresses that lead nowhere new are seen before they cost much."""

from __future__ import annotations

import random
from datetime import date

import pytest

from pincite.crawl.traps import SAME_BITS, Near, distance, fingerprint, is_file, shape, tidy, trap

TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("HTTP://Example.org:80/a/../b#c", "http://example.org/b"),
        ("http://e.org/a?utm_source=x&id=7&fbclid=y", "http://e.org/a?id=7"),
        ("http://e.org/a?PHPSESSID=0a1b2c", "http://e.org/a"),
        ("http://e.org/a;jsessionid=77F?x=1", "http://e.org/a?x=1"),
        ("http://e.org/(S(abc123))/a", "http://e.org/a"),
        ("http://e.org/?q=a&q=b", "http://e.org/?q=a&q=b"),
    ],
)
def test_what_only_says_who_asks_is_no_part_of_an_address(url: str, wanted: str) -> None:
    assert tidy(url) == wanted


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("/guide/a/", ""),
        ("/2026/11/25/news", ""),
        ("/archive/1998/05/", ""),
        ("/calendar/2029/05/", "calendar"),
        ("/events?year=2031&view=month", "calendar"),
        ("/a/a/a/", "repeated"),
        ("/x/y/x/y/", "repeated"),
        ("/en/docs/en/", ""),
        ("/" + "/".join(map(str, range(13))), "too_deep"),
        ("/s?" + "&".join(f"p{n}={n}" for n in range(7)), "parameters"),
        ("/docs/v20310/", ""),
    ],
)
def test_traps_show_in_their_addresses(path: str, wanted: str) -> None:
    assert trap(f"http://e.org{path}", TODAY) == wanted


def test_addresses_of_one_template_have_one_shape() -> None:
    assert shape("http://e.org/item/123") == shape("http://e.org/item/77") == ("/item/0", True)
    assert shape("http://e.org/item/0") == ("/item/0", True)
    assert shape("http://e.org/s?b=1&a=2") == shape("http://e.org/s?a=9&b=8") == ("/s?a&b", True)
    assert shape("http://e.org/about/us") == ("/about/us", False)
    assert shape("http://e.org/a/b/c/d/e")[0] == shape("http://e.org/a/b/c/x")[0] == "/a/b/c/*"


def test_near_texts_have_near_fingerprints_and_others_have_not() -> None:
    dice = random.Random(1)
    words = [f"w{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(600)]
    near = Near()
    far, close = [], []
    for _ in range(60):
        text = dice.choices(words, k=900)
        changed = [*text[:450], "else", *text[451:]]
        close.append(distance(fingerprint(" ".join(text)), fingerprint(" ".join(changed))))
        far.append(distance(fingerprint(" ".join(text)), fingerprint(" ".join(dice.choices(words, k=900)))))
        near.add(fingerprint(" ".join(text)))
    assert sorted(close)[50] <= SAME_BITS
    assert min(far) > 12
    assert near.nearest(fingerprint(" ".join(text))) == 0
    assert near.nearest(fingerprint(" ".join(dice.choices(words, k=900)))) is None
    assert fingerprint("Events in month 3 of 2027") == fingerprint("Events in month 12 of 1999")
    echoes = [
        fingerprint(f"Sorry, /{name} is not here. Try again.", f"http://e.org/{name}") for name in ("ab", "cd/ef")
    ]
    assert echoes[0] == echoes[1]
    made_up = [
        fingerprint(f"You are in a folder. Go to /{n}/x{n}7 or y{n}.", f"http://e.org/{n}/") for n in (7, "b8049")
    ]
    assert made_up[0] == made_up[1]
    assert fingerprint("") == fingerprint("…") == 0


def test_every_fingerprint_within_three_bits_is_found() -> None:
    dice = random.Random(2)
    for _ in range(200):
        one = dice.getrandbits(64) - (1 << 63)
        near = Near()
        near.add(one)
        other = one
        for bit in dice.sample(range(63), SAME_BITS):
            other ^= 1 << bit
        assert near.nearest(other) == SAME_BITS


def test_files_are_no_pages() -> None:
    assert is_file("http://e.org/a.PNG?x")
    assert is_file("http://e.org/a/b.tar.gz")
    assert not is_file("http://e.org/a.html?next=b.png")
