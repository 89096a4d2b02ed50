"""The parts around the text: quoted passages, links to the sentence, times in words."""

from __future__ import annotations

import pytest

from pincite.types import Answer, Citation, Document, Passage, Question, Source, Span, Spot, Status, places
from pincite.web.draw.parts import count, done, excerpt, original_link, seconds, sentence, site

TEXT = "Before it. The quoted sentence. After it."
SPAN = Span(start=11, end=31)


def test_an_excerpt_is_cut_around_the_quote() -> None:
    assert excerpt(TEXT, SPAN) == ("Before it. ", "The quoted sentence.", " After it.")


def test_long_context_is_cut_at_words() -> None:
    long = "word " * 200
    before, quoted, after = excerpt(f"{long}QUOTE{long}", Span(start=1000, end=1005), context=20)
    assert quoted == "QUOTE"
    assert before == "… word word word "
    assert after.endswith(" …")


@pytest.mark.parametrize("span", [None, Span(start=5, end=5), Span(start=0, end=99), Span(start=20, end=10)])
def test_a_span_that_does_not_fit_marks_nothing(span: Span | None) -> None:
    assert excerpt(TEXT, span) == (TEXT, "", "")


def test_the_original_opens_at_the_sentence() -> None:
    assert (
        original_link("https://x.org/a", "One, two - three.") == "https://x.org/a#:~:text=One%2C%20two%20%2D%20three."
    )
    long = " ".join(f"w{i}" for i in range(20))
    assert original_link("https://x.org/a", long).endswith(
        ":~:text=w0%20w1%20w2%20w3%20w4%20w5,w14%20w15%20w16%20w17%20w18%20w19"
    )


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "javascript:alert(1)", "notes.txt", "", "https://", "http://[bad"]
)
def test_what_is_not_on_the_web_is_no_link(url: str) -> None:
    assert original_link(url, "text") == ""


def test_times_and_counts_read_like_words() -> None:
    assert [seconds(ms) for ms in (3, 412, 3240, 42_000)] == ["3 ms", "0.4 s", "3.2 s", "42 s"]
    assert [count(n, "source") for n in (1, 6, 1234)] == ["1 source", "6 sources", "1,234 sources"]


@pytest.mark.parametrize(
    ("document", "named"),
    [
        ({"url": "https://www.example.org/a", "site": "www.example.org"}, "example.org"),
        ({"url": "file:///home/ada/notes/caf%C3%A9.md"}, "café.md"),
        ({"url": "file:///docs/http2/index.html"}, "http2/index.html"),
        ({"url": "file:///shop/pay/A"}, "pay/A"),
        ({"url": "urn:pincite:file:7", "collection": "files"}, ""),
        ({"url": "urn:pincite:file:7", "collection": "files", "file": "tenancy.pdf"}, "tenancy.pdf"),
        ({"url": "urn:pincite:file:7", "collection": "files", "file": "A"}, ""),
        ({"url": "urn:isbn:7", "collection": "books"}, "books"),
    ],
)
def test_a_source_says_whose_it_is(document: dict[str, str], named: str) -> None:
    source = Source(number=1, document=Document(id="d", title="A", **document), passages=())
    assert site(source) == named


def test_a_place_is_a_page_or_the_heading_above() -> None:
    document = Document(id="d", url="https://example.org/", title="Foxes")
    passage = Passage(id="p", document=document, text="They eat berries.", start=0, end=17)
    cited = [Citation(source=1, passage_id="p", support=1.0)]

    def placed(**about: object) -> tuple[str, ...]:
        return places(Source(number=1, document=document, passages=(passage.model_copy(update=about),)), cited)

    assert placed() == placed(headings=("Foxes",)) == ()
    assert placed(headings=("Foxes", "Diet")) == ("§ Diet",)
    assert placed(headings=("x" * 99,)) == (f"§ {'x' * 60}",)
    assert placed(headings=("Diet",), spots=(Spot(start=0, label="page 7", page=7),)) == ("page 7",)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("there is no thread 'x'", "There is no thread 'x'"),
        ("rate.py is of a type that is not read", "rate.py is of a type that is not read"),
        ("notes_2.md can't be read", "notes_2.md can't be read"),
        ("", ""),
    ],
)
def test_a_sentence_begins_with_a_capital_but_a_files_name_as_it_is(text: str, shown: str) -> None:
    assert sentence(text) == shown


def test_an_answer_that_waits_is_not_said_to_be_done() -> None:
    asked = Question(text="What is mercury?")
    waiting = Answer(id="a", question=asked, status=Status.WAITING, timings={"total": 400.0})
    assert "done in" not in done(waiting, ())
    assert "done in" in done(waiting.model_copy(update={"status": Status.ANSWERED}), ())
