"""The pace of a reply: by the server's count where there is one, and nothing where nothing can be said."""

from __future__ import annotations

import pytest

from pincite.models.pace import Pace


def paced(pieces: int, seconds_apart: float) -> Pace:
    times = iter([i * seconds_apart for i in range(pieces)])
    pace = Pace(lambda: next(times))
    for _ in range(pieces):
        pace.beat()
    return pace


def test_pieces_count_as_tokens_where_the_server_counts_none() -> None:
    assert paced(21, 0.1).tokens_a_second(0) == pytest.approx(10)


def test_the_servers_count_is_believed() -> None:
    assert paced(21, 0.1).tokens_a_second(41) == pytest.approx(20)


@pytest.mark.parametrize(("pieces", "apart", "declared"), [(0, 0.0, 0), (1, 0.0, 500), (3, 1.0, 3), (100, 0.0, 100)])
def test_a_short_reply_or_one_in_a_piece_says_nothing(pieces: int, apart: float, declared: int) -> None:
    assert paced(pieces, apart).tokens_a_second(declared) is None
