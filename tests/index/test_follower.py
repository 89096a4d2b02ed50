"""Vectors follow, whatever happens on the way."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.index.making import Hashing, original

from pincite.index import Index, follower
from pincite.index.follower import Follower
from pincite.ports import Vectors
from pincite.settings import IndexSettings


class Failing(Hashing):
    """Fails the first time, as nobody expected it to."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0
        self.worked = threading.Event()

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.asked += 1
        if self.asked == 1:
            raise FileNotFoundError("gone")
        self.worked.set()
        return super().embed(texts)


@pytest.fixture
def filled(place: Path) -> Path:
    index = Index.open(place, None, writer=True)
    index.add(original(f"x:{n}", f"Whale number {n}.") for n in range(3))
    index.close()
    return place


def test_a_failure_that_nobody_foresaw_costs_a_turn_and_no_more(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follower, "AFTER_FAILURE_S", 0)
    embedder, reading = Failing(), Index.open(filled, None)
    following = Follower(filled, reading, embedder, IndexSettings())
    try:
        assert embedder.worked.wait(20)
    finally:
        following.close()
    assert reading.counts().embedded == 3
    reading.close()


def test_looking_at_how_far_it_is_neither_walks_the_folder_nor_ends_it(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follower, "AFTER_FAILURE_S", 0)
    reading, looked, again = Index.open(filled, None), threading.Event(), threading.Event()

    def failing() -> None:
        (again if looked.is_set() else looked).set()
        raise FileNotFoundError("gone")

    monkeypatch.setattr(reading, "counts", failing)
    following = Follower(filled, reading, Hashing(), IndexSettings())
    try:
        assert again.wait(20)
    finally:
        following.close()
    reading.close()
