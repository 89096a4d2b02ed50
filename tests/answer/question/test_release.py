from collections.abc import Callable

import pytest

from pincite.answer.question.release import release
from pincite.types import Hit


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        ("what is new in version 2.1?", "2.1"),
        ("What's new in Tern v2.0.1?", "2.0.1"),
        ("release notes for 3.0.0-rc1", "3.0.0-rc1"),
        ("which bugs were fixed in 1.4?", "1.4"),
    ],
)
def test_the_version_is_found(asked: str, number: str) -> None:
    found = release(asked)
    assert found is not None
    assert found.number == number


@pytest.mark.parametrize(
    "asked", ["when was 2.1 released?", "what is new in Paris?", "what is 2.5 times 4?", "does 2.0 change the format?"]
)
def test_other_questions_ask_for_no_section(asked: str) -> None:
    assert release(asked) is None


def test_a_section_is_of_one_version_and_of_what_is_named(hit: Callable[..., Hit]) -> None:
    def told(asked: str, *headings: str) -> bool:
        one = hit("Changelog of Tern", "A crash is mended.").passage.model_copy(update={"headings": headings})
        found = release(asked)
        return found is not None and found.told(one)

    assert told("what changed in 2.0?", "2.0 — 2024-10-30")
    assert told("what changed in Tern 2.0?", "[2.0] - 2024-10-30", "Fixed")
    assert not told("what changed in 2.0?", "2.0.1")
    assert not told("what changed in 2.0?", "12.0")
    assert not told("what changed in Heron 2.0?", "2.0")
    assert not told("what changed in 2.0?")
