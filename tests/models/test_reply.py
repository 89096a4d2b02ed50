"""Does a reply end as what it was, with what it cost?"""

from __future__ import annotations

import pytest

from pincite.models.reply import Piece, Reply


def test_counts_are_the_last_that_were_told() -> None:
    reply = Reply("m")
    reply.feed(Piece("a", input_tokens=7, output_tokens=1))
    reply.feed(Piece("b", output_tokens=9))
    assert (reply.input_tokens, reply.output_tokens) == (7, 9)


def test_a_reply_of_blanks_and_thoughts_is_empty() -> None:
    reply = Reply("m")
    reply.feed(Piece("<think>a lot</think> \n"))
    assert reply.rest() == ""
    assert reply.empty


@pytest.mark.parametrize(
    ("piece", "why"),
    [
        (Piece(), "sent an empty answer"),
        (Piece("<think>a lot"), "used its reply to think and wrote no answer"),
        (Piece(thought=True, finish="length"), "used all the tokens that it was given to think and wrote no answer"),
        (Piece(finish="filter"), "was stopped by its own filter before it wrote a word"),
        (Piece(instead="asked for a tool"), "asked for a tool"),
    ],
)
def test_an_empty_reply_says_why_it_is(piece: Piece, why: str) -> None:
    reply = Reply("m")
    reply.feed(piece)
    assert reply.rest() == ""
    what, hint = reply.nothing()
    assert what == why
    assert hint


def test_a_name_that_says_it_thinks_is_waited_for() -> None:
    for name in ("deepseek-r1:8b", "qwq-32b", "Qwen3-4B-Thinking", "magistral-small"):
        assert Reply(name).feed(Piece("The tower")) == ""
    for name in ("llama3.1:8b", "gr1d-7b", "deepseek-chat"):
        assert Reply(name).feed(Piece("The tower")) == "The tower"


def test_thoughts_apart_end_the_waiting() -> None:
    reply = Reply("deepseek-r1")
    reply.feed(Piece(thought=True))
    assert reply.feed(Piece("The tower")) == "The tower"
