"""Instructions: the passage that tells how, as it stands, its code whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.answer.quote.test_extract import Letters

from pincite.answer.gather import number
from pincite.answer.question.plan import plan
from pincite.answer.quote.evidence import Evidence
from pincite.answer.quote.extract import Extract, extract
from pincite.types import Hit, Question

CODE = "```python\n@click.option(\n    '--password', hide_input=True,\n)\n```"
PASSWORD = f"Click can hide what is typed. This is useful for a password:\n\n{CODE}\n\nIt asks once."
ASKED = "how do i ask for a password without showing it"


def run(question: str, *hits: Hit, max_words: int = 120) -> Extract:
    return extract(plan(Question(text=question)), list(hits), number(list(hits)), None, max_words)


def written(found: Extract) -> str:
    return "".join(piece.lead_in + piece.text for piece in found.pieces)


def test_the_passage_is_told_in_its_order_with_its_code_as_it_is(hit: Callable[..., Hit]) -> None:
    found = run(ASKED, hit("Options", PASSWORD))
    assert written(found) == PASSWORD
    assert all(piece.citations[0].quote for piece in found.pieces)


def test_the_card_beside_a_model_s_answer_is_a_sentence_and_no_code(hit: Callable[..., Hit]) -> None:
    found = run(ASKED, hit("Options", f"{CODE}\n\nA password is asked for without showing it so."))
    assert found.pieces[0].text == CODE
    assert found.lead is not None
    assert found.lead.text == "A password is asked for without showing it so."


def test_code_is_quoted_for_no_other_question(hit: Callable[..., Hit]) -> None:
    assert "```" not in written(run("What is useful for a password?", hit("Options", PASSWORD)))


def test_what_announces_something_does_not_end_the_answer(hit: Callable[..., Hit]) -> None:
    found = run(ASKED, hit("Options", PASSWORD), max_words=14)
    assert written(found) == "Click can hide what is typed."


def test_directives_without_a_body_and_the_heads_of_tables_are_left_out(hit: Callable[..., Hit]) -> None:
    text = (
        f"```{{versionadded}} 2.0\n```\n\nA password is asked for without showing it so.\n\noption | meaning\n\n{CODE}"
    )
    assert written(run(ASKED, hit("Options", text))) == f"A password is asked for without showing it so.\n\n{CODE}"


def test_a_list_of_names_is_looked_up_and_not_read(hit: Callable[..., Hit]) -> None:
    names = ["host - Where it listens.", "port - The port.", "http2 - Turn on HTTP/2.", "proxy - A proxy."]
    text = "\n".join(f"- {name}" for name in names)
    assert written(run("how do i turn on http2", hit("Settings", text))) == "http2 - Turn on HTTP/2."
    steps = text.replace(" - ", " ")
    assert "proxy" in written(run("how do i turn on http2", hit("Settings", steps)))


def test_a_short_passage_is_followed_by_the_next_one_that_is_worth_nearly_as_much(hit: Callable[..., Hit]) -> None:
    listed = "- A prompt can hide it.\n- A flag shows it."
    texts = {"Ask for the password with a prompt.": 0.6, listed: 0.55, "Print in red.": 0.3}
    hits = [hit("Options", text, place=place) for place, text in enumerate(texts)]
    hits = [one.model_copy(update={"signals": {"dense": near}}) for one, near in zip(hits, texts.values(), strict=True)]
    asked = plan(Question(text=ASKED))
    found = extract(asked, hits, number(hits), Letters(), 120)
    assert written(found) == f"Ask for the password with a prompt.\n\n{listed}"


@pytest.mark.parametrize("question", ["is there a way to hide it?", "what is the best way to hide it?", "how would i"])
def test_other_words_for_how(question: str) -> None:
    assert plan(Question(text=question)).kind == "how-to"


def test_odds_are_added_to_evidence() -> None:
    weak = Evidence(0.25, {})
    assert weak.shifted(1.0986).chance == pytest.approx(0.5, abs=1e-4)
    assert replace(weak, chance=0.0).shifted(3.0).chance == 0.0
