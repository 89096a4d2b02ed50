"""Marks, blocks and sources in plain Markdown."""

from hypothesis import given
from hypothesis import strategies as st

from pincite.cli.markup import address, listed, marked, note, plain, readable, settled
from pincite.types import (
    Answer,
    Citation,
    Degradation,
    Document,
    Passage,
    Question,
    Sentence,
    Source,
    Span,
    Status,
    Verdict,
)

DOCUMENT = Document(url="https://example.org/a (b)", title="A")
PASSAGE = Passage(id="p1", document=DOCUMENT, text="The tower is 330 m tall. It is old.", start=0, end=35)
SOURCE = Source(number=1, document=DOCUMENT, passages=(PASSAGE,))
OTHER = Source(number=2, document=Document(url="https://example.org/b", title="B"), passages=())


CITED = (Citation(source=1, passage_id="p1", support=1.0),)


def sentence(start: int, end: int, verdict: Verdict = Verdict.SUPPORTED, quote: Span | None = None) -> Sentence:
    citation = Citation(source=1, passage_id="p1", quote=quote, support=0.9)
    return Sentence(start=start, end=end, verdict=verdict, citations=() if verdict is Verdict.UNCITED else (citation,))


def answer(text: str, *sentences: Sentence) -> Answer:
    question = Question(text="How tall?")
    return Answer(
        id="a", question=question, text=text, sentences=sentences, sources=(SOURCE, OTHER), status=Status.ANSWERED
    )


def test_a_mark_stands_behind_its_sentence_and_doubt_is_said_in_words() -> None:
    text = "It is tall. It is new. It is red."
    found = marked(
        text,
        [sentence(0, 11), sentence(12, 22, Verdict.UNSUPPORTED), sentence(23, 33, Verdict.UNCITED)],
        {},
        links=False,
    )
    assert found == "It is tall. [1] It is new. [1] *(not supported by its source)* It is red. *(no source)*"


def test_a_mark_is_a_link_that_nothing_in_the_address_can_break() -> None:
    found = marked("Tall.", [sentence(0, 5)], {1: SOURCE}, links=True)
    assert found == r"Tall. [\[1\]](<https://example.org/a%20%28b%29>)"


def test_what_has_no_address_is_no_link() -> None:
    assert address(Document(url="standard-input", title="x")) == ""
    assert address(Document(url="javascript:alert(1)", title="x")) == ""


def test_a_block_is_settled_when_it_is_whole_and_checked() -> None:
    text = "One.\n\nTwo.\n\nThr"
    assert settled(text, 0, 0) == 0
    assert settled(text, 0, 4) == 6
    assert settled(text, 6, 10) == 12
    assert settled(text, 12, 12) == 12


def test_a_code_fence_is_one_block() -> None:
    text = "```\na\n\nb\n```\n\nTwo"
    assert settled(text, 0, 12) == 14
    assert settled(text[:8], 0, 8) == 0


@given(st.lists(st.sampled_from(["Word.", "\n\n", "\n", "```", " "]), max_size=12).map("".join))
def test_blocks_settle_in_order_and_lose_nothing(text: str) -> None:
    printed, pieces = 0, []
    for end in range(len(text) + 1):
        place = settled(text[:end], printed, end)
        assert printed <= place <= end
        pieces.append(text[printed:place])
        printed = place
    assert "".join(pieces) + text[printed:] == text


def test_only_cited_sources_are_listed_with_a_quote_where_it_says_more() -> None:
    shown = listed(answer("It is very tall.", sentence(0, 16, quote=Span(start=0, end=24))))
    assert shown == ["[1] A\n    https://example.org/a (b)\n    “The tower is 330 m tall.”"]
    assert "“" not in listed(answer("The tower is 330 m tall.", sentence(0, 24, quote=Span(start=0, end=24))))[0]


def test_an_answer_without_citations_names_the_nearest_sources() -> None:
    text = plain(answer("Nothing here says so.", sentence(0, 21, Verdict.EXEMPT).model_copy(update={"citations": ()})))
    assert text.startswith(
        "Nothing here says so.\n\nNearest sources:\n\n[1] A\n    https://example.org/a (b)\n    “The tower is 330 m"
    )
    assert "[2] B" in text


def test_the_short_answer_is_bold_and_the_mark_stands_behind_the_sentence() -> None:
    text = "Opened in 1889. Closed never."
    said = Sentence(start=0, end=15, verdict=Verdict.SUPPORTED, short=Span(start=10, end=14), citations=CITED)
    assert marked(text, [said], {}, links=False) == "Opened in **1889**. [1] Closed never."


def test_a_short_answer_that_would_not_read_as_bold_stays_plain() -> None:
    text = "It is a*b."
    said = Sentence(start=0, end=10, verdict=Verdict.SUPPORTED, short=Span(start=6, end=9), citations=CITED)
    assert marked(text, [said], {}, links=False) == "It is a*b. [1]"


def test_a_table_of_sentences_keeps_its_marks_in_its_cells() -> None:
    text = "| A | B |\n|---|---|\n| One. | Two."
    cells = [(22, 26), (29, 33)]
    sentences = [Sentence(start=s, end=e, verdict=Verdict.SUPPORTED, citations=CITED) for s, e in cells]
    assert marked(text, sentences, {}, links=False) == "| A | B |\n|---|---|\n| One. [1] | Two. [1]"


def test_a_rows_mark_stands_in_its_last_cell_and_codes_mark_below_it() -> None:
    row = "| Height | 330 m | |"
    assert marked(row, [sentence(0, len(row))], {}, links=False) == "| Height | 330 m |  [1]|"
    code = "```\npip install x\n```"
    assert marked(code, [sentence(0, len(code))], {}, links=False) == f"{code}\n\n[1]"


def test_a_note_says_what_to_do_where_something_can_be_done() -> None:
    busy = Degradation(part="model", reason="rate_limited", detail="tiny is busy", hint="ask again in 17 s")
    assert note(busy) == "tiny is busy\n  → ask again in 17 s"
    assert note(busy.model_copy(update={"hint": ""})) == "tiny is busy"


def test_an_address_is_shown_with_the_letters_of_its_script_and_with_nothing_else() -> None:
    assert readable("file:///a%20b/%D1%84%D0%B0%D0%B9%D0%BB.md") == "file:///a%20b/файл.md"
    assert readable("file:///%E0%A4%AC%E0%A4%BE%E0%A4%98.md") == "file:///बाघ.md"
    turned = "https://example.org/%E2%80%AEmd.exe?q=%FF%20%41"
    assert readable(turned) == turned
