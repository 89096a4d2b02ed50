"""Passages in their order, with the reasons for it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.conftest import Cli

from pincite.types import Hit


def test_the_best_passage_comes_first_and_why_says_why(pincite: Cli) -> None:
    done = pincite("search", "krill", "-k", "2", "--why")
    assert done.returncode == 0
    assert done.stdout.startswith("1. blue whale")
    assert "| rank | score |" in done.stdout
    assert "bm25" in done.stdout


def test_json_is_the_hits(pincite: Cli) -> None:
    done = pincite("search", "krill", "--json", "-k", "1")
    assert Hit.model_validate(json.loads(done.stdout)[0]).passage.document.title == "blue whale"


def test_filters_narrow_it_down_to_nothing(pincite: Cli) -> None:
    done = pincite("search", "krill", "--site", "nowhere.example")
    assert done.returncode == 3
    assert "nothing found" in done.stderr


@pytest.fixture
def policy(indexed: Path) -> Iterator[Path]:
    """Where the policy of the shared index stands; gone afterwards."""
    path = indexed / "policy.toml"
    yield path
    path.unlink(missing_ok=True)


def test_why_says_it_in_words(pincite: Cli) -> None:
    done = pincite("search", "krill", "-k", "1", "--why")
    assert "why: " in done.stdout
    assert "for its words and meaning (no. 1 by text" in done.stdout


def test_at_a_terminal_every_signal_can_be_read_and_no_line_is_too_long(pincite: Cli) -> None:
    done = pincite("--color", "always", "search", "whales or bees", "-k", "6", "--why")
    lines = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in done.stdout.splitlines()]
    table = lines[next(number for number, line in enumerate(lines) if line.startswith("rank ")) :]
    hits = json.loads(pincite("search", "whales or bees", "-k", "6", "--json").stdout)
    assert table[0].split() == ["rank", *(str(number) for number in range(1, len(hits) + 1))]
    assert next(line.split() for line in table if line.startswith("score")) == [
        "score",
        *(f"{hit['score']:.3f}" for hit in hits),
    ]
    assert "…" not in "".join(table)
    assert max(map(len, table)) <= 100


def test_a_boosted_source_comes_first_and_why_names_the_policy(pincite: Cli, policy: Path) -> None:
    plain = [
        line
        for line in pincite("search", "whales or bees or towers", "-k", "2").stdout.splitlines()
        if line[:2] in ("1.", "2.")
    ]
    second = pincite("search", "whales or bees or towers", "-k", "2", "--json")
    url = json.loads(second.stdout)[1]["passage"]["document"]["url"]
    policy.write_text(f'[[source]]\npath = "{url}"\nboost = 10\n')
    done = pincite("search", "whales or bees or towers", "-k", "2", "--why")
    assert done.stdout.splitlines()[0][3:] == plain[1][3:]
    assert f"boosted ×10 by your policy: {url}" in done.stdout


def test_a_blocked_source_is_neither_found_nor_cited(pincite: Cli, policy: Path) -> None:
    found = json.loads(pincite("search", "krill", "--json", "-k", "1").stdout)[0]["passage"]["document"]
    assert found["title"] in pincite("what is krill eaten by?").stdout
    policy.write_text(f'[[source]]\npath = "{found["url"]}"\nblock = true\n')
    left = pincite("search", "krill", "--json", "-k", "100")
    assert found["url"] not in left.stdout
    assert found["url"] not in pincite("what is krill eaten by?").stdout


def test_a_wrong_policy_is_an_error_with_its_line(pincite: Cli, policy: Path) -> None:
    policy.write_text('[[source]]\nsite = "a.org"\nboost = "much"\n')
    done = pincite("search", "krill")
    assert done.returncode == 2
    assert "policy.toml, line 3: boost = 'much'" in done.stderr
    assert "docs/ranking.md" in done.stderr
