"""Are the events the same however the bytes were cut?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pincite.models.sse import LINE_LIMIT, NotSse, ServerEvent, SseParser

STREAM = (
    "\ufeff: hello\n\n"
    'event: word\ndata: {"text": "naïve 東京"}\n\n'
    "data:first\r\ndata: second\r\n\r\n"
    "id: 7\rretry: 5\rdata\r\r"
    "nonsense\ndata: unfinished"
).encode()
EVENTS = [
    ServerEvent("word", '{"text": "naïve 東京"}'),
    ServerEvent("message", "first\nsecond"),
    ServerEvent("message", ""),
]


@given(st.lists(st.integers(0, len(STREAM)), max_size=12).map(sorted))
def test_any_cutting_of_the_bytes_gives_the_same_events(cuts: list[int]) -> None:
    parser = SseParser()
    pieces = [STREAM[a:b] for a, b in zip([0, *cuts], [*cuts, len(STREAM)], strict=True)]
    assert [event for piece in pieces for event in parser.feed(piece)] == EVENTS


def test_single_bytes_give_the_same_events() -> None:
    parser = SseParser()
    assert [event for byte in STREAM for event in parser.feed(bytes([byte]))] == EVENTS


@given(st.text("a\r\n", max_size=12), st.integers(0, 12), st.integers(0, 12))
def test_line_ends_are_the_same_wherever_they_are_cut(ends: str, one: int, two: int) -> None:
    data = f"data: x{ends}".encode()
    first, second = sorted((7 + one, 7 + two))
    whole, parts = SseParser(), SseParser()
    pieces = (data[:first], data[first:second], data[second:])
    assert [event for piece in pieces for event in parts.feed(piece)] == whole.feed(data)


@given(st.binary(max_size=300), st.integers(0, 300))
def test_no_bytes_break_it(data: bytes, cut: int) -> None:
    whole, halves = SseParser(), SseParser()
    assert whole.feed(data) == [*halves.feed(data[:cut]), *halves.feed(data[cut:])]


def test_a_line_that_never_ends_is_refused() -> None:
    parser = SseParser()
    parser.feed(b"x" * LINE_LIMIT)
    with pytest.raises(NotSse, match="longer"):
        parser.feed(b"x")
