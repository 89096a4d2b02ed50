"""The examples run, as they stand, and show what they say they show."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest
from tests.web.conftest import Served

from pincite.events import Event

EXAMPLES = Path(__file__).parents[2] / "examples"
API = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")


def run(name: str, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / name), *words], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_folder_is_asked_and_every_sentence_shows_its_quote(small_corpus: Path, tmp_path: Path) -> None:
    shutil.copytree(small_corpus, tmp_path / "corpus")
    (tmp_path / "corpus" / "broken.pdf").write_bytes(b"%PDF-1.7 and no more")
    said = run("ask_your_files.py", str(tmp_path / "corpus"), "How tall is the Eiffel Tower?")
    assert "330 metres" in said
    assert "[1] Eiffel Tower: “" in said


def test_a_stream_is_followed(served: Served) -> None:
    said = run("follow_a_stream.py", served.url, "How tall is the Eiffel Tower?")
    assert "330 metres" in said
    assert " [1]" in said
    assert "answered in " in said


def test_somebody_elses_answers_are_judged_and_the_wrong_citation_is_found() -> None:
    said = run("judge_other_answers.py")
    assert "✓ full     The Danube flows 2,850 km." in said
    assert "✗ none     The Danube ends in the North Sea" in said
    assert "| citation precision (%) | 50.0 [" in said
    assert "proxy" in said


def test_other_programs_are_shown_what_they_get(served: Served) -> None:
    said = run("serve_others.py", served.url, "How tall is the Eiffel Tower?")
    for who in ("Perplexica", "Open WebUI", "Tavily's clients"):
        assert f"{who} gets " in said
        assert f"{who} gets 0" not in said
    assert said.count("Eiffel Tower <") == 3
    assert "and loads 3 of 3 pages" in said
    assert "330" in said.partition("and an answer: ")[2]


def test_every_address_in_the_configurations_of_others_is_served(served: Served) -> None:
    named = {
        url.partition(":8765")[2]
        for path in EXAMPLES.iterdir()
        if path.suffix in {".yaml", ".json"}
        for url in re.findall(r"http://[\w.]+:8765[\w/]*", path.read_text("utf-8"))
    }
    with served.client() as line:
        known = {*line.get("/openapi.json").json()["paths"], "/mcp", "", "/v1"}
    assert {"/mcp", "/openwebui/search", "/openwebui/load"} <= named <= known
    settings = json.loads((EXAMPLES / "mcp.json").read_text("utf-8"))["mcpServers"]
    assert settings["pincite"] == {"command": "pincite", "args": ["mcp"]}


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl")
def test_what_the_docs_have_copied_into_a_terminal_answers(served: Served) -> None:
    commands = [command for block in re.findall(r"^```\n(.+?)^```", API, re.M | re.S) for command in curls(block)]
    assert len(commands) == 2
    for command in commands:
        done = subprocess.run(
            ["bash", "-c", f"{command.replace('http://127.0.0.1:8765', served.url)} -sf"],
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        assert "330 metres" in done.stdout


def curls(block: str) -> list[str]:
    return re.findall(r"^curl (?:.*\\\n)*.*$", block, re.M)


def test_the_docs_name_every_event() -> None:
    kinds = [get_args(one.model_fields["kind"].annotation)[0] for one in get_args(get_args(Event)[0])]
    assert re.findall(r"^\| `(\w+)` \| ", API.partition("| event | brings |")[2].partition("\n\n")[0], re.M) == kinds
