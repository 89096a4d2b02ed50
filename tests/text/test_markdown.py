"""Headings of a Markdown text, and what only looks like one."""

from __future__ import annotations

import time

import pytest

from pincite.text.markdown import headings


def titles(text: str) -> list[str]:
    return [title for _, title, _ in headings(text)]


def test_a_heading_is_its_level_its_words_and_its_place() -> None:
    text = "# The *title*\n\nLead.\n\n## Part `one` ##\n### [Sub_part](x.md) {#sub}\n####### seven\n#none\n# \n"
    assert list(headings(text)) == [(1, "The title", 0), (2, "Part one", 22), (3, "Sub_part", 39)]


@pytest.mark.parametrize(
    "code",
    [
        "```\n# no\n```",
        "~~~ sh\n# no\n```\n# no\n~~~",
        "````md\n```\n# no\n```\n````",
        "```\n# no\n`````",
        "- item\n\n      ```\n# no\n      ```",
        "$$\n# no\n$$",
    ],
)
def test_what_stands_in_a_fence_is_none(code: str) -> None:
    assert titles(f"# One\n{code}\n# Two") == ["One", "Two"]


def test_a_fence_that_nothing_closes_is_none() -> None:
    assert titles("```\n# One\n~~~\n# Two") == ["One", "Two"]


def test_hostile_headings_are_read_in_linear_time() -> None:
    began = time.process_time()
    for piece in ("[", "[](", "{#", " ", " #", "_", "x_", "*", "!["):
        list(headings("# x" + piece * 200_000 + "y"))
    assert time.process_time() - began < 5
