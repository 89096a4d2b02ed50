"""A question from the command line: what is printed where, and how it ends."""

import asyncio
import json
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import Cli, Run, call, command, environment

from pincite.engine import AnswerEngine
from pincite.events import Stamped, Stepped, Wrote, fold
from pincite.settings import Settings
from pincite.testing.model_server import ModelServer, running
from pincite.types import Answer, Question, Status


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
    assert re.search(r"\[1\] .+\n    file:.+\n    “\w.{20,}”", done.stdout)


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


def test_a_text_that_is_piped_in_is_found_by_meaning_and_asked_about_on_and_goes_with_its_thread(
    data_dir: Path,
) -> None:
    mail = "Hi team, the launch moved to 14 March because the vendor was late. Anna will call the client on Monday.\n"
    first = call(data_dir, "ask", "when is the launch?", "--json", "-m", "none", stdin=mail)
    answer = Answer.model_validate_json(first.stdout)
    (source,) = answer.sources
    assert "rank_dense" in source.signals, first.stderr
    assert answer.question.file_ids != ()
    on = Answer.model_validate_json(call(data_dir, "ask", "-c", "who will call the client?", "--json").stdout)
    assert on.question.file_ids == answer.question.file_ids
    assert len(list((data_dir / "files").iterdir())) == 1
    call(data_dir, "threads", "rm", "last")
    call(data_dir, "hi")
    assert list((data_dir / "files").iterdir()) == []


async def test_a_text_that_is_piped_in_is_shown_to_the_model_whatever_is_asked(data_dir: Path) -> None:
    async with running(ModelServer(answer="The launch moved to 14 March [1].")) as server:
        here = [f"--set=models.endpoints.here.{name}" for name in (f"base_url={server.base_url}", "models=tester")]
        words = ("summarize this", "-m", "here:tester", *here)
        done = await asyncio.to_thread(call, data_dir, *words, stdin="The launch moved to 14 March.\n")
        assert "The launch moved to 14 March." in str(server.requests[-1]["messages"][-1]["content"])
    assert (done.returncode, "14 March. [1]" in done.stdout) == (0, True), done.stderr


def test_a_question_that_is_refused_leaves_nothing_of_what_was_piped_in(data_dir: Path) -> None:
    done = call(data_dir, "ask", "why?", "--model", "nobody:nothing", stdin="The disk was full.\n")
    assert done.returncode == 2, done.stderr
    assert list((data_dir / "files").iterdir()) == []


def test_what_a_widget_works_out_is_an_answer(fresh: Cli) -> None:
    for asked, said in (("12*7+3", "87"), ("5 miles in km", "8.04672")):
        done = fresh(asked)
        assert (done.returncode, said in done.stdout) == (0, True), done.stderr


def test_a_greeting_is_told_what_can_be_asked(pincite: Cli) -> None:
    done = pincite("hi")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Ask a question, and every sentence")
    assert len(done.stdout.strip().splitlines()) == 1


def test_a_thread_is_asked_on_by_its_short_id_and_none_is_made_for_a_wrong_one(fresh: Cli) -> None:
    assert "nothing was asked yet" in fresh("ask", "-t", "last", "hi").stderr
    fresh("hi")
    fresh("hello")
    short = fresh("threads", "list").stdout.splitlines()[1].split()[0]
    for name in (short, "last"):
        assert fresh("ask", "-t", name, "thanks").returncode == 0
    counts = [line.rsplit("  ", 1)[1] for line in fresh("threads", "list").stdout.splitlines()]
    assert counts == ["(3 answers)", "(1 answer)"]
    for words in (("ask", "-t", "zzz", "hi"), ("chat", "-t", "zzz"), ("ask", "-t", "zzz", "--reply", "1")):
        wrong = fresh(*words)
        assert (wrong.returncode, "there is no thread 'zzz'" in wrong.stderr) == (2, True), wrong.stderr
        assert "  → pincite threads" in wrong.stderr
    assert len(fresh("threads", "list").stdout.splitlines()) == 2


async def test_a_beginning_that_several_threads_share_is_none_of_them(data_dir: Path) -> None:
    async with await AnswerEngine.open(Settings(data_dir=data_dir), env={}) as engine:
        for id_ in ("abc", "abd", "ab"):
            await engine.answer(Question(text="hi", thread_id=id_))
    many = await asyncio.to_thread(call, data_dir, "ask", "-t", "a", "hi")
    assert (many.returncode, "3 threads begin with 'a'" in many.stderr) == (2, True), many.stderr
    whole = await asyncio.to_thread(call, data_dir, "ask", "-t", "ab", "hi", "--json")
    assert Answer.model_validate_json(whole.stdout).question.thread_id == "ab"


def test_a_name_that_is_no_focus_is_a_word_and_said_to_be(pincite: Cli) -> None:
    done = pincite("@nope what do blue whales eat?")
    assert "krill" in done.stdout
    assert "there is no focus @nope" in done.stderr
    assert "wikipedia" in done.stderr
    assert "no focus" not in pincite("@index what do blue whales eat?").stderr


def test_a_collection_that_there_is_not_is_named_with_those_that_there_are(pincite: Cli) -> None:
    for command_ in ("ask", "search"):
        done = pincite(command_, "--collection", "nope", "whales")
        assert (done.returncode, done.stdout) == (2, "")
        assert "no collection called 'nope'; there are: default" in done.stderr
        assert "  → " in done.stderr


def test_a_refusal_names_the_filter_that_left_nothing(pincite: Cli) -> None:
    done = pincite("ask", "--site", "nowhere.example", "--lang", "sw", "what do blue whales eat?")
    assert done.returncode == 3
    assert "only nowhere.example; in the language sw" in done.stdout
    found = pincite("search", "--site", "nowhere.example", "krill")
    assert "--site nowhere.example" in found.stderr


def test_a_data_folder_that_can_not_be_one_is_named(tmp_path: Path, inside: Callable[..., Run]) -> None:
    (tmp_path / "file").write_text("x")
    for place, why in ((tmp_path / "file", "it is a file"), (tmp_path / "file" / "in", "it can't be made")):
        for words in (("whales",), ("threads",), ("index", "status"), ("crawl", "status"), ("traces",), ("people",)):
            done = inside(tmp_path / "data", *words, f"--data-dir={place}")
            assert done.returncode == 2, done.stderr
            assert f"--data-dir {place}: {why}" in done.stderr
            assert "  → " in done.stderr
    assert "is a file" in inside(tmp_path / "data", "doctor", f"--data-dir={tmp_path / 'file'}").stdout


def test_a_question_can_be_piped_in(pincite: Cli) -> None:
    assert "krill" in pincite(stdin="What do blue whales eat?\n").stdout
    assert "krill" in pincite("-", stdin="What do blue whales eat?\n").stdout
    refused = pincite("why?", stdin="\x01\x02\x03\x04")
    assert (refused.returncode, "what was piped in can't be read: it is binary" in refused.stderr) == (2, True)


@pytest.mark.skipif(sys.platform == "win32", reason="a shell is needed to close a stream")
def test_who_closes_a_stream_has_the_answer_all_the_same(indexed: Path) -> None:
    for closed, code in ((">&-", 0), ("2>&-", 0)):
        line = f"{shlex.join(command('What do blue whales eat?'))} {closed} </dev/null"
        done = subprocess.run(["sh", "-c", line], env=environment(indexed), capture_output=True, text=True, timeout=60)
        assert (done.returncode, done.stderr.count("bug")) == (code, 0), done.stderr


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
