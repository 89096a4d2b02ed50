"""A question from the command line: what is printed where, and how it ends."""

import asyncio
import json
import signal
import subprocess
from pathlib import Path

from tests.cli.conftest import Cli, call, command, environment

from pincite.events import Stamped, Stepped, Wrote, fold
from pincite.testing.model_server import ModelServer, running
from pincite.types import Answer, Status


def test_an_answer_goes_to_stdout_with_marks_and_sources(indexed: Path) -> None:
    done = call(indexed, "How tall is the Eiffel Tower?")
    assert done.returncode == 0
    assert "330 metres tall" in done.stdout
    assert "[1]" in done.stdout.split("Sources:")[0]
    assert "eiffel-tower.md" in done.stdout.split("Sources:")[1]
    assert "\x1b" not in done.stdout
    assert "Ask next" not in done.stdout


def test_the_short_answer_that_was_read_is_strong(indexed: Path) -> None:
    unhurried = [f"--set={name}=60" for name in ("rank.read_s", "answer.read_s")]
    done = call(indexed, "How tall is the Eiffel Tower?", "--set=rank.cross_encoder=", *unhurried)
    assert "It is **330 metres" in done.stdout


def test_json_is_the_answer_and_jsonl_its_events(pincite: Cli) -> None:
    whole = pincite("ask", "What do blue whales eat?", "--json")
    answer = Answer.model_validate_json(whole.stdout)
    assert "krill" in answer.text
    lines = pincite("ask", "What do blue whales eat?", "--jsonl").stdout.splitlines()
    assert fold(Stamped.model_validate_json(line).event for line in lines).text == answer.text


def test_what_nothing_answers_exits_with_3_and_the_nearest_sources(pincite: Cli) -> None:
    done = pincite("Who won the chess championship of 1972?", "-q")
    assert done.returncode == 3
    assert "Nearest sources:" in done.stdout


def test_an_empty_index_says_what_to_do(fresh: Cli) -> None:
    done = fresh("How tall is the Eiffel Tower?")
    assert done.returncode == 3
    assert "pincite index PATH" in done.stderr


def test_a_text_that_is_piped_in_is_what_is_asked_about(pincite: Cli) -> None:
    done = pincite(
        "why did the server stop?", stdin="All was well at ten. The server stopped because its disk was full.\n"
    )
    assert done.returncode == 0
    assert "disk was full" in done.stdout
    assert "Standard input" in done.stdout


def test_a_question_can_be_piped_in(pincite: Cli) -> None:
    assert "krill" in pincite(stdin="What do blue whales eat?\n").stdout


def test_what_can_not_be_asked_is_told_with_the_next_step(pincite: Cli) -> None:
    for words, said in [
        (("ask",), "no question"),
        (("ask", "x", "--focus", "moon"), "moon"),
        (("ask", "x", "--model", "nobody:nothing"), "pincite models"),
    ]:
        done = pincite(*words)
        assert (done.returncode, done.stdout) == (2, ""), done.stderr
        assert said in done.stderr
        assert "  → " in done.stderr


async def test_ctrl_c_stops_a_model_and_keeps_its_text(indexed: Path) -> None:
    async with running(
        ModelServer(rate=20.0, answer="The tower is 330 metres tall [1].\n\n" + "And on it goes. " * 200)
    ) as server:
        env = environment(indexed) | {
            "PINCITE_MODELS__ENDPOINTS__LOCAL__BASE_URL": server.base_url,
            "PINCITE_MODELS__ENDPOINTS__LOCAL__MODELS": "m, n",
        }
        process = await _start(["ask", "How tall is the Eiffel Tower?", "--model", "local:m"], env)
        assert process.stdout is not None
        line = await process.stdout.readline()
        while b"The tower is 330 metres tall" not in line:
            assert line, (await process.communicate())[1].decode()
            line = await process.stdout.readline()
        process.send_signal(signal.SIGINT)
        out, err = await process.communicate()
    assert process.returncode == 130
    assert b"stopped" in err
    listed = subprocess.run(
        command("threads", "export", "last", "--format", "json"), env=env, capture_output=True, timeout=60
    )
    answer = Answer.model_validate(json.loads(listed.stdout)["answers"][-1])
    assert answer.status is Status.STOPPED
    assert answer.text.startswith("The tower is 330 metres tall")
    assert b"Sources:" in out


async def test_ctrl_c_in_copilot_mode_asks_for_the_answer_now(indexed: Path) -> None:
    async with running() as server:
        env = environment(indexed) | {
            "PINCITE_MODELS__ENDPOINTS__LOCAL__BASE_URL": server.base_url,
            "PINCITE_MODELS__ENDPOINTS__LOCAL__MODELS": "stall-at-once",
            "PINCITE_MODELS__PLANNER": "local:stall-at-once",
            **{f"PINCITE_ANSWER__{name}": "3600" for name in ("RESEARCH_S", "DEADLINE_S", "FIRST_TOKEN_S")},
        }
        process = await _start(["ask", "How tall is the Eiffel Tower?", "--copilot", "--jsonl"], env)
        assert process.stdout is not None
        line = await process.stdout.readline()
        while b'"step":"research"' not in line:
            assert line, (await process.communicate())[1].decode()
            line = await process.stdout.readline()
        process.send_signal(signal.SIGINT)
        out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    events = [Stamped.model_validate_json(line).event for line in out.splitlines()]
    assert any(isinstance(event, Stepped) and event.detail == "told to answer now" for event in events)
    assert "330 metres" in "".join(event.text for event in events if isinstance(event, Wrote))


async def _start(words: list[str], env: dict[str, str]) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(
        *command(*words), env=env, stdin=asyncio.subprocess.DEVNULL, stdout=pipe, stderr=pipe
    )
