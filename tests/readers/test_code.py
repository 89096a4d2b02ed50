"""Programs: comments are sentences, code stands as it is below the name that it defines, and each knows its line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pincite import readers
from pincite.errors import Unreadable
from pincite.readers.code import LONGEST, READER
from pincite.readers.file import File
from pincite.types import Original

Code = Callable[[str, str], Original]


@pytest.fixture
def code(tmp_path: Path) -> Code:
    def made(name: str, text: str) -> Original:
        path = tmp_path / "shop" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        (original,) = READER.read(File(path, "default", 10_000_000))
        return original

    return made


PYTHON = '''\
"""Payments.

Everything that touches money goes through here.
"""

import time
from decimal import Decimal

# How often a charge is tried.
MAX_ATTEMPTS = 5


class Client:
    @retried
    def charge(self, amount: Decimal) -> str:
        """Take the money, once."""
        time.sleep(2.5)  # their lock

        return "ok"
'''


def test_comments_are_sentences_and_code_stands_as_it_is(code: Code) -> None:
    text = code("pay.py", PYTHON).text
    assert text.startswith("Payments.\n\nEverything that touches money goes through here.\n\nHow often")
    assert "```python\nMAX_ATTEMPTS = 5\n```" in text
    assert "\n\nTake the money, once.\n\n```python\ntime.sleep(2.5)  # their lock\n```\n\n" in text


def test_what_is_defined_is_a_heading_above_its_decorator_and_its_comment(code: Code) -> None:
    original = code("pay.py", PYTHON)
    assert [(one.level, one.title) for one in original.headings] == [(1, "Client"), (2, "charge")]
    assert "charge\n\n```python\n@retried\ndef charge(" in original.text


@pytest.mark.parametrize(
    ("name", "text", "defined"),
    [
        ("a.go", "// Serve waits.\nfunc (s *Server) Serve(x int) error {\n\treturn nil\n}\n", "Serve"),
        ("a.ts", "/** Fetches. */\nexport async function load(x: number) {\n  return 1;\n}\n", "load"),
        ("a.ts", "export const wait = (ms: number) => 3;\n", "wait"),
        ("a.rs", "pub(crate) fn parse(input: &str) -> Tree {\n}\n", "parse"),
        ("a.sql", "CREATE TABLE IF NOT EXISTS orders (\n  id int\n);\n", "orders"),
        ("a.sh", "prune() {\n  rm -f old\n}\n", "prune"),
        ("A.java", "public abstract class Basket extends Thing {\n}\n", "Basket"),
    ],
)
def test_names_are_known_in_many_languages(code: Code, name: str, text: str, defined: str) -> None:
    assert [one.title for one in code(name, text).headings] == [defined]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.js", "/*\n * One of us.\n * Two of us.\n */\nlet a = 1;\n", "One of us.\nTwo of us."),
        ("a.lua", "-- A comment.\nlocal a = 1\n", "A comment."),
        ("Dockerfile", "# Not alpine.\nFROM python:3.11\n", "Not alpine."),
        ("a.sh", "#!/bin/sh\n# Nightly dump.\nset -e\n", "Nightly dump."),
        ("a.py", "# ─────\n# Ranks\n# -----\na = 1\n", "─────\nRanks"),
    ],
)
def test_comments_lose_their_marks(code: Code, name: str, text: str, said: str) -> None:
    assert code(name, text).text.startswith(said + "\n\n```")


def test_what_is_fetched_comes_last_and_whole(code: Code) -> None:
    text = code("main.go", 'package main\n\nimport (\n\t"fmt"\n\n\t"net"\n)\n\nconst queue = 150\n').text
    assert text.startswith("```go\nconst queue = 150\n```\n\n")
    assert text.endswith('```go\npackage main\nimport (\n\t"fmt"\n\n\t"net"\n)\n```')


def test_each_block_knows_its_line(code: Code) -> None:
    original = code("pay.py", PYTHON)
    at = {original.text[spot.start :].split("\n", 1)[0]: spot.label for spot in original.spots}
    assert at["How often a charge is tried."] == "line 9"
    assert at["Client"] == "line 13"
    assert at["Take the money, once."] == "line 16"


def test_a_long_function_is_told_in_blocks(code: Code) -> None:
    body = "".join(f"    step_{n}()\n" for n in range(60))
    text = code("long.py", f"def go():\n{body}").text
    assert max(len(block.splitlines()) for block in text.split("\n\n")) < 30
    assert all(f"step_{n}()\n" in text for n in range(60))


def test_its_title_is_its_name(code: Code, tmp_path: Path) -> None:
    assert code("pay.py", PYTHON).document.title == "pay.py"
    (found,) = readers.read(tmp_path / "shop" / "pay.py", collection="default", max_bytes=10_000)  # by a process
    assert found.document.title == "pay.py"


def test_one_that_was_handed_in_is_called_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "pay.py").write_text(PYTHON)
    (found,) = READER.read(File(tmp_path / "pay.py", "default", 10_000, address="urn:pincite:file:1"))
    assert found.document.title == "pay.py"


def test_its_language_is_that_of_its_comments(code: Code) -> None:
    german = "# Jeder Auftrag wird einmal in der Nacht abgeglichen, und was nicht passt, steht im Bericht.\nx = 1\n"
    assert code("a.py", german).document.lang == "de"
    assert code("b.py", "x = 1\ny = x + 2\n").document.lang == "en"


def test_an_empty_one_says_nothing_and_is_no_problem(tmp_path: Path) -> None:
    (tmp_path / "__init__.py").write_text("\n")
    assert list(READER.read(File(tmp_path / "__init__.py", "default", 100))) == []


@pytest.mark.parametrize("text", ["x = 1;" * 2_000, "a = 1\n" * (LONGEST // 6 + 1)])
def test_what_a_program_made_is_not_read(tmp_path: Path, text: str) -> None:
    (tmp_path / "packed.js").write_text(text)
    with pytest.raises(Unreadable, match="made by a program") as caught:
        list(READER.read(File(tmp_path / "packed.js", "default", 10_000_000)))
    assert "what it was made from" in caught.value.hint


def test_files_without_an_ending_are_known_by_their_name(tmp_path: Path) -> None:
    (tmp_path / "Makefile").write_text("# Runs all tests.\ntest:\n\tpytest\n")
    (tmp_path / "notmakefile").write_text("x")
    found = list(readers.walk(tmp_path, readers.suffixes()))
    assert found == [tmp_path / "Makefile"]
    (original,) = readers.read(found[0], collection="c", max_bytes=1_000)
    assert original.text.startswith("Runs all tests.")


@given(st.text(alphabet=st.sampled_from(list("#/*\"'-{}() \t\nabdefclassx=1`~")), max_size=300))
@settings(max_examples=150, deadline=None)
def test_no_line_of_code_is_lost_and_nothing_raises(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("code") / "a.py"
    path.write_text(text)
    for original in READER.read(File(path, "default", 10_000)):
        words = {word for word in text.split() if word.isalnum()}
        assert words <= set("".join(c if c.isalnum() else " " for c in original.text).split())
