"""Folders are walked once, in order, whatever links there are."""

from __future__ import annotations

from pathlib import Path

from pincite.readers import walk


def test_readable_files_come_in_order_and_hidden_ones_not_at_all(tmp_path: Path) -> None:
    for name in ("b.md", "a/z.txt", "a/x.MD", ".hidden.md", ".git/c.md", "d.png", "e.jsonl.gz"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    found = [str(path.relative_to(tmp_path)) for path in walk(tmp_path, {".md", ".txt", ".jsonl.gz"})]
    assert found == ["a/x.MD", "a/z.txt", "b.md", "e.jsonl.gz"]


def test_folders_that_a_program_filled_are_passed_by_unless_they_are_named(tmp_path: Path) -> None:
    for name in ("a.md", "node_modules/b/c.md", "venv/pyvenv.cfg", "venv/d.md", "target/CACHEDIR.TAG", "target/e.md"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    passed: list[Path] = []
    assert [path.name for path in walk(tmp_path, {".md"}, passed.append)] == ["a.md"]
    assert [path.name for path in passed] == ["node_modules", "target", "venv"]
    assert [path.name for path in walk(tmp_path / "node_modules", {".md"})] == ["c.md"]


def test_a_loop_of_links_ends(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.md").touch()
    (tmp_path / "in" / "loop").symlink_to(tmp_path)
    (tmp_path / "also").symlink_to(tmp_path / "in")
    (tmp_path / "broken.md").symlink_to(tmp_path / "nowhere")
    found = list(walk(tmp_path, {".md"}))
    assert [path.name for path in found] == ["a.md", "broken.md"]


def test_a_file_that_was_named_is_taken_whatever_its_type(tmp_path: Path) -> None:
    assert list(walk(tmp_path / "any.xyz", {".md"})) == [tmp_path / "any.xyz"]
