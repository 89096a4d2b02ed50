"""Folders are walked once, in order, whatever links there are."""

from __future__ import annotations

from pathlib import Path

from pincite.readers import Why, walk


class Passed(list[tuple[Path, Why]]):
    """What was passed by."""

    def __call__(self, path: Path, why: Why) -> None:
        self.append((path, why))

    def names(self, why: Why) -> list[str]:
        return [path.name for path, known in self if known is why]


def put(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


REPOSITORY = {
    ".git/HEAD": "",
    ".gitignore": "site/\n*.tmp.md\n/build\n!keep.tmp.md\n",
    "a.md": "",
    "b.tmp.md": "",
    "keep.tmp.md": "",
    "build/c.md": "",
    "docs/build/d.md": "",
    "docs/.gitignore": "drafts\n!b.tmp.md\n",
    "docs/b.tmp.md": "",
    "docs/drafts/e.md": "",
    "site/f.md": "",
    "sub/.git/HEAD": "",
    "sub/site/g.md": "",
}


def test_what_git_ignores_is_passed_by_as_git_would(tmp_path: Path) -> None:
    put(tmp_path, REPOSITORY)
    passed = Passed()
    found = [str(path.relative_to(tmp_path)) for path in walk(tmp_path, {".md"}, passed)]
    assert found == ["a.md", "docs/b.tmp.md", "docs/build/d.md", "keep.tmp.md", "sub/site/g.md"]
    assert passed.names(Why.IGNORED) == ["b.tmp.md", "build", "drafts", "site"]


def test_rules_above_a_named_folder_count_but_do_not_hide_it(tmp_path: Path) -> None:
    put(tmp_path, {**REPOSITORY, "docs/site/h.md": "", "site/x.tmp.md": ""})
    assert [path.name for path in walk(tmp_path / "docs", {".md"})] == ["b.tmp.md", "d.md"]
    assert [path.name for path in walk(tmp_path / "site", {".md"})] == ["f.md", "x.tmp.md"]
    assert [path.name for path in walk(tmp_path / "b.tmp.md", {".md"})] == ["b.tmp.md"]


def test_outside_of_a_repository_such_files_say_nothing(tmp_path: Path) -> None:
    put(tmp_path, {".gitignore": "*\n", "a.md": ""})
    assert [path.name for path in walk(tmp_path, {".md"})] == ["a.md"]


def test_readable_files_come_in_order_and_of_the_hidden_ones_only_what_a_projects_host_reads(tmp_path: Path) -> None:
    hidden = (".hidden.md", ".git/c.md", ".github/ci.txt", ".github/.draft.md", ".gitlab-ci.yml", ".vscode/d.md")
    for name in ("b.md", "a/z.txt", "a/x.MD", "d.png", "e.jsonl.gz", *hidden):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    found = [str(path.relative_to(tmp_path)) for path in walk(tmp_path, {".md", ".txt", ".yml", ".jsonl.gz"})]
    assert found == [".github/ci.txt", ".gitlab-ci.yml", "a/x.MD", "a/z.txt", "b.md", "e.jsonl.gz"]


def test_folders_that_a_program_filled_are_passed_by_unless_they_are_named(tmp_path: Path) -> None:
    for name in ("a.md", "node_modules/b/c.md", "venv/pyvenv.cfg", "venv/d.md", "target/CACHEDIR.TAG", "target/e.md"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    passed = Passed()
    assert [path.name for path in walk(tmp_path, {".md"}, passed)] == ["a.md"]
    assert passed.names(Why.FILLED) == ["node_modules", "target", "venv"]
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
