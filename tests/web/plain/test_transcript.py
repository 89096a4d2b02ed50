"""An answer as text: numbers behind their sentences, and only the sources that were cited."""

from __future__ import annotations

from tests.browser.stage import FORM

from pincite.types import Answer, Citation, Document, FormReply, Passage, Question, Sentence, Source, Status, Verdict
from pincite.web.plain import transcript


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


def test_a_form_is_numbered_and_what_was_chosen_stands_below_the_question() -> None:
    asked = transcript.markdown(Answer(id="a", question=Question(text="How tall?"), form=FORM, status=Status.WAITING))
    assert asked.startswith("## How tall?\n\nWhich tower do you mean?\n\n**Tower**\n\n1. The Eiffel Tower")
    for reply, words in (
        (FormReply(form_id="form", values={"which": ("tokyo",)}, said="The Tokyo Tower"), "Chosen: The Tokyo Tower"),
        (FormReply(form_id="form", skipped=True, said="The Eiffel Tower"), "Skipped; assumed: The Eiffel Tower"),
    ):
        answer = ANSWER.model_copy(update={"question": Question(text="How tall?", reply=reply)})
        assert transcript.markdown(answer).startswith(f"## How tall?\n\n*{words}*\n\nIt is tall.[2][1]")
        assert transcript.plain(answer).startswith(f"How tall?\n{words}\n\nIt is tall.[2][1]")
