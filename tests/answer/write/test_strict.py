"""A strict answer: nothing that the sources do not say, however the model's text was cut into pieces."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pincite.answer.check.check import Lexical
from pincite.answer.write.cite import Citer
from pincite.answer.write.strict import LEFT_OUT, NOT_FOUND, Strict
from pincite.events import Cited, Wrote
from pincite.types import Document, Passage, Sentence, Source, Verdict

TEXT = "The Eiffel Tower is 330 metres tall. It was built by Gustave Eiffel's company from 1887 to 1889 in Paris."
DOCUMENT = Document(id="d", url="https://example.org/", title="Eiffel Tower")
SOURCES = [
    Source(
        number=1,
        document=DOCUMENT,
        passages=(Passage(id="p", document=DOCUMENT, text=TEXT, start=0, end=len(TEXT)),),
    )
]
TRUE = "The Eiffel Tower is 330 metres tall [1]."
FALSE = "Elephants adore strawberry marmalade on toast [1]."
WORSE = "Nobody counted the penguins of Antarctica either."


def told(pieces: Sequence[str]) -> tuple[str, list[Sentence]]:
    """The text and the sentences that the events tell of, in order."""
    strict = Strict(Citer(SOURCES, Lexical()))
    events: list[Wrote | Cited] = []
    for piece in pieces:
        events += strict.feed(piece)
    events += strict.finish()
    text = "".join(event.text for event in events if isinstance(event, Wrote))
    assert text == strict.text
    return text, [event.sentence for event in events if isinstance(event, Cited)]


def test_what_no_source_says_is_never_shown_and_its_place_says_so() -> None:
    text, sentences = told([f"{TRUE} {FALSE} {TRUE}"])
    assert text == f"The Eiffel Tower is 330 metres tall. {NOT_FOUND} The Eiffel Tower is 330 metres tall."
    assert [one.verdict for one in sentences] == [Verdict.SUPPORTED, Verdict.EXEMPT, Verdict.SUPPORTED]
    assert [text[one.start : one.end] for one in sentences] == [
        "The Eiffel Tower is 330 metres tall.",
        NOT_FOUND,
        "The Eiffel Tower is 330 metres tall.",
    ]


def test_a_run_of_such_sentences_is_told_of_once() -> None:
    text, _ = told([f"{FALSE} {WORSE} {FALSE}\n\n{TRUE}"])
    assert text.count(NOT_FOUND) == 1


def test_what_states_nothing_stays() -> None:
    text, _ = told([f"## Height\n\n{TRUE}\n\n## Food\n\n{FALSE}\n"])
    assert text == f"## Height\n\nThe Eiffel Tower is 330 metres tall.\n\n## Food\n\n{NOT_FOUND}"


def test_a_sentence_is_held_back_until_it_is_judged() -> None:
    strict = Strict(Citer(SOURCES, Lexical()))
    assert strict.feed(FALSE[:-6]) == []
    assert strict.text == ""


PARTS = [TRUE, FALSE, WORSE, "\n\n", " ", "- item\n", "\n```\ncode\n```\n", "What now?", "**Bold.** "]


@settings(deadline=None)
@given(st.lists(st.sampled_from(PARTS), max_size=8), st.integers(0, 2**16))
def test_however_it_is_cut_the_answer_is_the_same_and_holds_nothing_unsupported(parts: list[str], seed: int) -> None:
    whole = " ".join(parts)
    draw = random.Random(seed)
    cuts = sorted(draw.sample(range(len(whole) + 1), min(5, len(whole))))
    pieces = [whole[a:b] for a, b in pairwise([0, *cuts, len(whole)])]
    text, sentences = told([whole])
    assert told(pieces) == (text, sentences)
    assert "marmalade" not in text
    assert "penguins" not in text
    assert not {one.verdict for one in sentences} & set(LEFT_OUT)
    for before, after in pairwise(sentences):
        assert before.end <= after.start
    assert all(text[one.start : one.end].strip() for one in sentences)


@pytest.mark.parametrize("text", ["", "   \n"])
def test_of_nothing_comes_nothing(text: str) -> None:
    assert told([text])[1] == []
