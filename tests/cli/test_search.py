"""Passages in their order, with the reasons for it."""

import json

from tests.cli.conftest import Cli

from pincite.cli.search import excerpt
from pincite.types import Document, Hit, Passage


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


def test_an_excerpt_is_of_the_sentence_that_fits_best() -> None:
    text = "Apples are red. " * 30 + "Bananas are yellow and long. " + "Cherries are round. " * 30
    passage = Passage(id="p", document=Document(url="u", title="t"), text=text, start=0, end=len(text))
    shown = excerpt(passage, "long banana")
    assert shown.startswith("… Bananas are yellow and long.")
    assert shown.endswith(" …")
