"""Judgements make a ranker, if there are enough of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Cli

pytest.importorskip("lightgbm", reason="the extra ltr is not installed")


def test_too_few_judgements_are_an_error_with_their_number(pincite: Cli, tmp_path: Path) -> None:
    found = json.loads(pincite("search", "krill", "--json", "-k", "1").stdout)[0]["passage"]["document"]
    path = tmp_path / "judged.jsonl"
    path.write_text(json.dumps({"id": "1", "query": "krill", "rel": {found["url"]: 1}}) + "\n")
    done = pincite("rank", "learn", str(path))
    assert done.returncode == 2
    assert "judged lists with right and wrong hits; at least 2,000 are needed" in done.stderr


def test_a_ranker_that_is_no_better_is_not_kept(pincite: Cli, indexed: Path, tmp_path: Path) -> None:
    found = json.loads(pincite("search", "krill", "--json", "-k", "1").stdout)[0]["passage"]["document"]
    path = tmp_path / "judged.jsonl"
    row = {"query": "krill whales bees", "rel": {found["url"]: 1}}
    path.write_text("".join(json.dumps({"id": str(n), **row}) + "\n" for n in range(8)))
    done = pincite("rank", "learn", str(path), "--at-least", "4")
    assert "8 judged lists" in done.stdout, done.stderr
    assert "is not kept" in done.stdout
    assert not (indexed / "ranker.txt").exists()
