from collections.abc import Callable

import pytest

from pincite.answer.quote.evidence import Evidence
from pincite.answer.quote.extract import Extract, Piece
from pincite.answer.research.bridge import MOST, bridges, rests_on
from pincite.types import Citation, Hit

ASKED = "What prize was won by the woman who played Ann Moe in Low Tide?"


def found(text: str, fact: str = "", passage: str = "Low Tide-0") -> Extract:
    lead = Piece("", text, (Citation(source=1, passage_id=passage, support=1.0),))
    return Extract((lead,), lead, Evidence(0.9, {}), (), fact)


def test_the_short_answer_comes_first_then_names_then_titles(hit: Callable[..., Hit]) -> None:
    text = "Low Tide is a film with Marta Olsen as Ann Moe, made by Berg Brothers."
    hits = [hit("Low Tide", text), hit("Bodvik", "A town."), hit("Ann Moe", "A painter.")]
    assert bridges(found(text, "Marta Olsen"), hits, ASKED) == ("Marta Olsen", "Berg Brothers", "Bodvik")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Nobody knows.", "a word that begins a sentence is no name"),
        ("It was a Norwegian film.", "a people leads nowhere"),
        ("It shows Ann Moe in Low Tide.", "both are in the question"),
        ("It shows Ann Elisabeth Moe.", "a longer name of what is in the question"),
    ],
)
def test_what_is_no_bridge(hit: Callable[..., Hit], text: str, why: str) -> None:
    assert bridges(found(text), [hit("Low Tide", text)], ASKED) == (), why


def test_there_are_few(hit: Callable[..., Hit]) -> None:
    text = "It stars Ada Bo, Bea Co, Cid Do, Dan Eo, Eva Fo and Fay Go."
    assert len(bridges(found(text), [hit("Low Tide", text)], ASKED)) == MOST


def test_an_answer_rests_on_a_bridge_that_its_passage_or_title_names(hit: Callable[..., Hit]) -> None:
    hits = [hit("Low Tide", "It was made by Marta Olsen."), hit("Bodvik", "A town.")]
    assert rests_on(found("It was made.", passage="Low Tide-0"), hits, "Marta Olsen")
    assert not rests_on(found("A town.", passage="Bodvik-0"), hits, "Marta Olsen")
    assert rests_on(found("A town.", passage="Bodvik-0"), hits, "Bodvik")
    assert not rests_on(Extract((), None, Evidence(0.0, {}), ()), hits, "Bodvik")
