"""A form at a terminal: by numbers, in words, by Enter; in a script, by ``--reply``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.browser.stage import FORM
from tests.cli.conftest import Cli, Run
from tests.test_clarifying import OPEN, fill

from pincite.cli.door import Door
from pincite.cli.form import answered, chosen
from pincite.errors import BadInput
from pincite.settings import Settings
from pincite.types import Form, FormField

BUDGET = Form(id="f", text="How much?", fields=(FormField(id="budget", label="Budget", kind="range"),))
UNHURRIED = ("--set=answer.clarify_s=60", "--set=answer.read_s=60")


def typing(*lines: str) -> Callable[[str], str]:
    """A person who types ``lines``, and then leaves."""
    left: Iterator[str] = iter(lines)

    def read(_: str) -> str:
        line = next(left, None)
        if line is None:
            raise EOFError
        return line

    return read


@pytest.mark.parametrize(
    ("given", "values"),
    [
        (["2"], {"which": ("tokyo",)}),
        (["The Tokyo Tower"], {"which": ("tokyo",)}),
        (["tokyo", "3", "4"], {"which": ("tokyo",), "what": ("height", "history")}),
        (["what=height"], {"what": ("height",)}),
        (["the one in Blackpool"], {"which": ("the one in Blackpool",)}),
        (["tower=a = b"], {"which": ("a = b",)}),
    ],
)
def test_a_choice_is_named_by_number_by_id_by_label_or_in_words(
    given: list[str], values: dict[str, tuple[str, ...]]
) -> None:
    assert chosen(FORM, given).values == values


def test_skip_alone_skips_and_beside_others_is_a_word() -> None:
    assert chosen(FORM, ["skip"]).skipped
    assert not chosen(FORM, ["3", "skip"]).skipped


@pytest.mark.parametrize(("form", "given"), [(FORM, "9"), (FORM, "what=weight"), (FORM, ""), (BUDGET, "a lot")])
def test_what_is_no_choice_is_refused_with_its_value(form: Form, given: str) -> None:
    with pytest.raises(BadInput, match=repr(given.removeprefix("what="))) as refused:
        chosen(form, [given])
    assert "skip" in refused.value.hint


def test_a_range_is_one_number_or_two() -> None:
    assert chosen(BUDGET, ["500"]).values == {"budget": ("500",)}
    assert chosen(BUDGET, ["100 to 500"]).values == {"budget": ("100", "500")}


@pytest.mark.parametrize(
    ("lines", "values"),
    [
        (["", ""], {"which": ("eiffel",)}),
        (["2", "3, 4"], {"which": ("tokyo",), "what": ("height", "history")}),
        (["9", "2", "1", "3"], {"which": ("tokyo",), "what": ("height",)}),
    ],
)
def test_at_a_prompt_enter_takes_what_is_recommended_and_a_slip_is_asked_again(
    lines: list[str], values: dict[str, tuple[str, ...]]
) -> None:
    reply = answered(FORM, Door(), typing(*lines))
    assert reply is not None
    assert (reply.values, reply.skipped) == (values, False)


def test_at_a_prompt_s_skips_and_who_leaves_leaves_the_form_waiting() -> None:
    skipped = answered(FORM, Door(), typing("2", "s"))
    assert skipped is not None
    assert (skipped.skipped, skipped.values) == (True, {})
    assert answered(FORM, Door(), typing("2")) is None


def test_a_script_is_told_how_to_reply_and_the_reply_is_answered_once(
    inside: Callable[..., Run], tmp_path: Path
) -> None:
    data = tmp_path / "data"
    fill(Settings(data_dir=data))
    asked = inside(data, "ask", OPEN, "--copilot", *UNHURRIED)
    assert asked.returncode == 0
    assert "1. Mercury" in asked.stdout
    assert "(recommended)" in asked.stdout
    assert "pincite ask --thread " in asked.stderr
    refused = inside(data, "ask", "--reply", "17")
    assert refused.returncode != 0
    assert "17" in refused.stderr
    replied = inside(data, "ask", "--reply", "Mercury (element)", *UNHURRIED)
    assert replied.returncode == 0
    assert "metal" in replied.stdout
    assert "nothing waits" in inside(data, "ask", "--reply", "1").stderr


def test_in_a_talk_enter_takes_what_is_recommended(pincite: Cli, tmp_path: Path) -> None:
    data = tmp_path / "data"
    fill(Settings(data_dir=data))
    done = pincite("chat", "--copilot", f"--set=data_dir={data}", *UNHURRIED, stdin=f"{OPEN}\n\n/quit\n")
    assert done.returncode == 0, done.stderr
    assert "1. Mercury" in done.stdout
    assert "Sources:" in done.stdout.split("skip")[1]
