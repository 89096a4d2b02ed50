"""Models are listed and tried."""

import os
import subprocess
from pathlib import Path

import pytest
from tests.cli.conftest import Cli, Run, command, environment

from pincite.cli import models
from pincite.cli.door import Color, Door
from pincite.ports import ModelCard
from pincite.testing.model_server import ModelServer, running


def test_without_a_model_the_list_says_that_none_is_needed(fresh: Cli) -> None:
    done = fresh("models")
    assert done.returncode == 0
    assert "needs none" in done.stderr
    assert fresh("models", "test").returncode == 2


async def test_a_model_is_tried(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    async with running(ModelServer(extra_models=("good",))) as server:
        monkeypatch.setitem(os.environ, "PINCITE_MODELS__ENDPOINTS__LOCAL__BASE_URL", server.base_url)
        assert await models._test(Door(), "local:good") == 0
        said = capsys.readouterr()
        assert "The tower" in said.out
        assert "local:good works: first words after" in said.err
        server.mode = "401"
        assert await models._test(Door(), "local:good") == 1
        assert "→" in capsys.readouterr().err


def test_a_name_that_one_must_type_is_never_cut_short(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    long = "openrouter:meta-llama/llama-3.3-70b-instruct"
    card = ModelCard(long, long, "openrouter", "openai", "vendor", locked="no key: set IT")
    models._locked(Door(color=Color.ALWAYS), [card])
    said = capsys.readouterr().out
    assert "…" not in said
    assert "".join(line[:24].strip() for line in said.splitlines()) == long


SECRET = "sk-canary-4711"


def tried(data: Path, *words: str, stdin: str | None = None, **env: str) -> Run:
    """``pincite models …`` in a process of its own; its output and its data folder never show the key."""
    given = {"input": stdin} if stdin is not None else {"stdin": subprocess.DEVNULL}
    place = environment(data) | env
    done = subprocess.run(
        command("models", *words), env=place, cwd=data.parent, capture_output=True, text=True, timeout=120, **given
    )
    assert SECRET not in done.stdout + done.stderr
    assert [path for path in data.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()] == []
    return done


def test_a_server_is_added_with_its_key_listed_and_removed(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert tried(data, "list").returncode == 0
    assert not data.exists()  # who looks makes nothing
    url = "http://127.0.0.1:9/v1"
    done = tried(data, "add", "box", url, "--models", "qwen3, phi4", "--key", stdin=f"{SECRET}\n")
    assert (done.returncode, done.stdout) == (0, "")
    assert "box is added, with its key" in done.stderr
    assert {"box:qwen3", "box:phi4"} <= {line.split()[0] for line in tried(data, "list").stdout.splitlines()}
    again = tried(data, "add", "box", url)
    assert again.returncode != 0
    assert "there is a server 'box'" in again.stderr
    assert tried(data, "key", "box", "--key-env", "MINE", MINE=SECRET).returncode == 0
    assert tried(data, "remove", "box").returncode == 0
    assert "box" not in tried(data, "list").stdout
    gone = tried(data, "remove", "box")
    assert gone.returncode != 0
    assert "there is no server 'box'" in gone.stderr


def test_a_vendor_s_key_is_kept_and_forgotten(tmp_path: Path) -> None:
    data = tmp_path / "data"
    place = {"PINCITE_MODELS__ENDPOINTS__BOX__BASE_URL": "http://127.0.0.1:9/v1"}
    place |= {"PINCITE_MODELS__ENDPOINTS__BOX__KEY_ENV": "BOX_KEY", "PINCITE_MODELS__ENDPOINTS__BOX__MODELS": "m"}
    assert "box:m" not in tried(data, "list", **place).stdout
    assert tried(data, "key", "BOX_KEY", stdin=f"{SECRET}\n", **place).returncode == 0
    assert "box:m" in tried(data, "list", **place).stdout
    assert tried(data, "key", "BOX_KEY", "--forget", **place).returncode == 0
    assert "box:m" not in tried(data, "list", **place).stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add", "A Box", "http://127.0.0.1:9/v1"), "can't be a server's name"),
        (("add", "box", "file:///etc/passwd"), "is no http address"),
        (("add", "box", "http://169.254.169.254/v1"), "a cloud keeps"),
        (("add", "ollama", "http://127.0.0.1:9/v1"), "there is a server"),
        (("add", "box", "http://127.0.0.1:9/v1", "--key-env", "NOT_SET"), "NOT_SET is not set"),
        (("key", "PATH", "--forget"), "no model server looks for its key in 'PATH'"),
    ],
)
def test_what_is_wrong_is_told_with_what_to_do_and_nothing_is_kept(
    tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    done = tried(tmp_path / "data", *words)
    assert done.returncode != 0
    assert said in " ".join(done.stderr.split())
    assert "→" in done.stderr
    assert "box" not in tried(tmp_path / "data", "list").stdout
