"""The journal gives back what was put in, and says so when it can't."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.index.making import original

from pincite.errors import Damaged
from pincite.index.journal import Journal


def test_an_original_is_read_back_as_it_was(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    one, two = original("x:1", "Ein Text. 文章。"), original("x:2", "b" * 10_000)
    places = [journal.add(one), journal.add(two)]
    journal.sync()
    assert [Journal(tmp_path).read(place).original() for place in places] == [one, two]


def test_what_was_not_synced_is_not_there(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    begun = journal.end
    journal.add(original("x:1", "a"))
    journal.cut(*begun)
    journal.sync()
    assert list(Journal(tmp_path).records()) == []


def test_a_torn_tail_is_cut_off(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    place = journal.add(original("x:1", "a"))
    journal.sync()
    file, end = journal.end
    journal.add(original("x:2", "b"))
    journal.sync()
    path = journal.path(file)
    path.write_bytes(path.read_bytes()[:-3])
    again = Journal(tmp_path)
    again.cut(file, end)
    assert [record.place for record in again.records()] == [place]
    assert again.end == (file, end)


@pytest.mark.parametrize("at", [0, 5, 9, 20])
def test_a_flipped_byte_is_noticed_and_the_records_behind_it_are_still_found(tmp_path: Path, at: int) -> None:
    journal = Journal(tmp_path)
    places = [journal.add(original(f"x:{n}", f"text {n}")) for n in range(3)]
    journal.sync()
    path = journal.path(1)
    raw = bytearray(path.read_bytes())
    raw[places[1].at + at] ^= 0xFF
    path.write_bytes(raw)
    with pytest.raises(Damaged):
        journal.read(places[1])
    assert [record.place for record in journal.records()] == [places[0], places[2]]


def test_a_rewritten_journal_holds_what_is_alive_alone(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    one = original("x:1", "a" * 100)
    keep, _gone = journal.add(one), journal.add(original("x:2", "b"))
    journal.delete("some id")
    journal.sync()
    moved = journal.rewrite([keep])
    journal.drop_before(moved[0].file)
    again = Journal(tmp_path)
    assert again.read(moved[0]).original() == one
    assert [record.kind for record in again.records()] == ["begin", "add"]
    again.delete("other")
    again.sync()
    assert [record.deleted() for record in again.records() if record.kind == "delete"] == ["other"]
