"""An answer as text: numbers behind their sentences, and only the sources that were cited."""

from __future__ import annotations

from pincite.types import Answer, Citation, Document, Passage, Question, Sentence, Source, Verdict
from pincite.web import transcript


def source(number: int, title: str) -> Source:
    document = Document(id=f"d{number}", url=f"https://e.org/{number}", title=title)
    passage = Passage(id=f"p{number}", document=document, text="x", start=0, end=1)
    return Source(number=number, document=document, passages=(passage,))


ANSWER = Answer(
    id="a",
    question=Question(text="How\ntall?"),
    text="It is tall. Very.",
    sentences=(
        Sentence(
            start=0,
            end=11,
            citations=(Citation(source=2, passage_id="p2", support=1), Citation(source=1, passage_id="p1", support=1)),
            verdict=Verdict.SUPPORTED,
        ),
    ),
    sources=(source(1, "One [x]"), source(2, "Two"), source(3, "Never cited")),
)


def test_markdown_has_numbers_and_links() -> None:
    assert transcript.markdown(ANSWER) == (
        "## How tall?\n\nIt is tall.[2][1] Very.\n\n1. [One \\[x\\]](<https://e.org/1>)\n2. [Two](<https://e.org/2>)\n"
    )


def test_plain_text_has_numbers_and_addresses() -> None:
    assert transcript.plain(ANSWER).endswith("[1] One [x], https://e.org/1\n[2] Two, https://e.org/2\n")


def test_an_empty_answer_says_so() -> None:
    assert "(no text)" in transcript.plain(ANSWER.model_copy(update={"text": "", "sentences": ()}))
