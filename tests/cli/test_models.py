"""Models are listed and tried."""

import os

import pytest
from tests.cli.conftest import Cli

from pincite.cli import models
from pincite.cli.door import Door
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
