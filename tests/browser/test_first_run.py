"""One command, and there is a cited answer (W1): ``make run`` itself, with neither key nor network, in an empty home.

The whole starter corpus costs half a minute of processor time to index, so here it is two of its articles;
``python -m benchmarks --only clone`` runs it whole, from a fresh clone, and says how long it takes.
"""

from __future__ import annotations

import json
import lzma
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import Opened

ROOT = Path(__file__).parents[2]
CLOSED = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("first") / "some.jsonl.xz"
    with lzma.open(ROOT / "corpus" / "starter.jsonl.xz", "rt", encoding="utf-8") as lines:
        articles = [line for line in islice(lines, 1500) if json.loads(line)["title"] in {"Black hole", "Ptolemy"}]
        path.write_bytes(lzma.compress("".join(articles).encode()))
    return path


@pytest.fixture
def run(corpus: Path, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    # What sets up the environment is left out: these tests run in one that is.
    words = ["make", "-o", "setup", "run", "PORT=0", f"CORPUS={corpus}", f"VENV={sys.prefix}"]
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PINCITE_DATA_DIR": str(tmp_path / "data")}
    env |= dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), CLOSED)
    with subprocess.Popen(
        words, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    ) as process:
        yield process
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=60)


def test_w1_one_command_leads_to_a_cited_answer_and_to_the_page(run: subprocess.Popen[str], opened: Opened) -> None:
    assert run.stdout is not None
    said: list[str] = []
    for line in run.stdout:
        said.append(line)
        if line.startswith("pincite is at "):
            break
    told = "".join(said)
    assert "[1]" in told, told
    assert "black hole" in told.lower()
    page = opened(told.rpartition("pincite is at ")[2].split()[0])
    page.get_by_role("button", name="What is a black hole?").click()
    expect(page.locator(".answer")).to_have_attribute("data-status", "answered", timeout=60_000)
    expect(page.locator(".text .chip").first).to_be_visible()
