"""Words become a command: a question needs no name, and a slip of the keys is told from a question."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.conftest import Cli, call, environment

from pincite import cli
from pincite.cli.front import COMMANDS, INSIDE, USUAL, understood


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (["why is the sky blue?"], ["ask", "why is the sky blue?"]),
        (["why", "is", "the", "sky", "blue"], ["ask", "why", "is", "the", "sky", "blue"]),
        (["photosynthesis"], ["ask", "photosynthesis"]),
        (["--json", "why?"], ["ask", "--json", "why?"]),
        (["-o", "3"], ["ask", "-o", "3"]),
        (["index", "docs/"], ["index", "add", "docs/"]),
        (["index", "--collection", "a", "docs/"], ["index", "add", "--collection", "a", "docs/"]),
        (["index", "status"], ["index", "status"]),
        (["index", "--help"], ["index", "--help"]),
        (["index"], ["index", "add"]),
        (["threads"], ["threads", "list"]),
        (["settings", "--json"], ["settings", "show", "--json"]),
        (["ask", "x", "-q", "--data-dir", "d"], ["-q", "--data-dir", "d", "ask", "x"]),
        (["ask", "x", "--set=a=b"], ["--set=a=b", "ask", "x"]),
        (["ask", "--", "-q"], ["ask", "--", "-q"]),
        (["serch", "whales"], ["serch", "whales"]),
        (["search", "engines", "are", "old"], ["search", "engines", "are", "old"]),
        ([], ["--help"]),
        (["--version"], ["--version"]),
    ],
)
def test_words_are_understood(typed: list[str], meant: list[str]) -> None:
    assert understood(typed) == meant


def test_what_is_piped_in_is_asked_about() -> None:
    assert understood([], piped=True) == ["ask"]


def test_the_help_leads_with_six_examples_and_names_every_command(data_dir: Path) -> None:
    done = call(data_dir, "--help")
    assert done.returncode == 0
    examples = done.stdout.split("Commands:")[0]
    assert sum(line.startswith("  ") and "pincite" in line for line in examples.splitlines()) == 6
    assert all(f"\n  {name} " in done.stdout for name in COMMANDS)


def test_every_command_has_help_and_every_usual_command_exists(fresh: Cli) -> None:
    assert set(USUAL) == set(INSIDE)
    done = fresh("index", "--help")
    assert all(name in done.stdout for name in INSIDE["index"])
    assert "--why" in fresh("search", "--help").stdout
    for group in (*INSIDE, "rank"):
        said = fresh(group, "--help").stdout
        assert "..." not in said.partition("Commands:")[2], group


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["serch", "foo"], "Did you mean pincite search?"),
        (["ask", "--jsn", "foo"], "--json"),
        (["search"], "WORDS"),
        (["search", "x", "--after", "2020-13-01"], "'2020-13-01' is no day\n  → write it as 2007-05-31"),
        (["threads", "shw", "last"], "Did you mean pincite threads show? There are: list, search, show,"),
        (["settings", "set", "answer.max_words", "3"], "there is no command 'set'. There are: show, path"),
        (["index", "status", "x"], "unexpected extra argument"),
        (["ask", "x", "--set", "answer"], "NAME=VALUE"),
        (["ask", "x", "--color", "pink"], "pink"),
    ],
)
def test_wrong_usage_is_said_and_exits_with_2(fresh: Cli, typed: list[str], said: str) -> None:
    done = fresh(*typed)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_shell_can_complete_commands(data_dir: Path) -> None:
    env = environment(data_dir) | {"_PINCITE_COMPLETE": "complete_bash", "COMP_WORDS": "pincite s", "COMP_CWORD": "1"}
    done = subprocess.run(
        [Path(subprocess.sys.executable).parent / "pincite"], env=env, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.split() == ["search", "serve", "settings"]


def test_ctrl_c_while_the_program_is_loaded_leaves_without_a_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(_name: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "import_module", load)
    with pytest.raises(SystemExit) as left:
        cli.main()
    assert left.value.code == 130


def test_the_help_of_training_needs_no_torch(data_dir: Path) -> None:
    found = (
        "import sys; sys.modules['torch'] = None; sys.argv[1:] = ['train', '--help']; import pincite.cli as c; c.main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", found], env=environment(data_dir), capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "--passages FILE" in done.stdout
    assert "pip install 'pincite[labs]'" in done.stdout
