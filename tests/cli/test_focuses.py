"""Focuses are listed with who would see the question, and picked by name or in the question."""

import json

from tests.cli.conftest import Cli


def test_they_are_listed_with_who_sees_the_question(fresh: Cli) -> None:
    done = fresh("focuses")
    assert done.returncode == 0
    assert "index: The documents indexed on this machine; nothing leaves this machine, the default" in done.stdout
    assert "web: Pages of the whole web, read for this question; asks DuckDuckGo" in done.stdout
    cards = {card["id"]: card for card in json.loads(fresh("focuses", "--json").stdout)}
    assert cards["academic"]["asks"] == ["OpenAlex", "arXiv", "Semantic Scholar", "PubMed"]


def test_a_locked_focus_says_what_it_lacks(fresh: Cli) -> None:
    done = fresh("--set", "web.providers=brave", "focuses")
    assert "web: Pages of the whole web, read for this question; locked: Brave Search: no key" in done.stdout
    asked = fresh("--set", "web.providers=brave", "@web how tall is it?")
    assert asked.returncode == 2
    assert "BRAVE_API_KEY" in asked.stderr


def test_a_slip_names_the_near_one(fresh: Cli) -> None:
    for words in (("@wikipeda why is the sky blue?",), ("ask", "why is the sky blue?", "--focus", "wikipeda")):
        done = fresh(*words)
        assert done.returncode == 2
        assert "did you mean wikipedia" in done.stderr
        assert "pincite focuses" in done.stderr
