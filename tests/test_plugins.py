"""What is dropped in is found, in order, and a broken one of somebody else's is left out."""

from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from pincite.plugins import discover


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    folder = tmp_path / "some_room"
    (folder / "inner").mkdir(parents=True)
    (folder / "__init__.py").write_text("")
    (folder / "b.py").write_text("THING = 2\n")
    (folder / "a.py").write_text("THING = 1\n")
    (folder / "other.py").write_text("OTHER = 3\n")
    (folder / "inner" / "__init__.py").write_text("THING = 4\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    return "some_room"


def test_files_of_the_folder_that_define_the_thing_are_found_by_name(room: str) -> None:
    assert [(module.__name__, value) for module, value in discover(room, "THING")] == [
        ("some_room.a", 1),
        ("some_room.b", 2),
    ]


@pytest.mark.parametrize("broken", ["THING = UNKNOWN", "this is no Python", "raise OSError('no licence')", "OTHER = 1"])
def test_a_distribution_that_fails_in_any_way_is_left_out(
    room: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    name = f"theirs_{abs(hash(broken))}"
    (tmp_path / f"{name}.py").write_text(f"{broken}\n")
    entry = EntryPoint("theirs", name, room)
    monkeypatch.setattr("pincite.plugins.entry_points", lambda group: [entry] if group == room else [])
    assert [value for _, value in discover(room, "THING")] == [1, 2]
