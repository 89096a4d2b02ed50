"""The examples run, as they stand, and show what they say they show."""

import subprocess
import sys
from pathlib import Path

from tests.web.conftest import Served

EXAMPLES = Path(__file__).parents[2] / "examples"


def run(name: str, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / name), *words], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_folder_is_asked_and_every_sentence_shows_its_quote(small_corpus: Path) -> None:
    said = run("ask_your_files.py", str(small_corpus), "How tall is the Eiffel Tower?")
    assert "330 metres" in said
    assert "[1] Eiffel Tower: “" in said


def test_a_stream_is_followed(served: Served) -> None:
    said = run("follow_a_stream.py", served.url, "How tall is the Eiffel Tower?")
    assert "330 metres" in said
    assert " [1]" in said
    assert "answered in " in said
