"""Does every sentence get its own citations, however the model's text was cut into pieces?"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pincite.answer.check.check import Lexical
from pincite.answer.write.cite import Citer, exempt, plain
from pincite.events import Cited, Wrote
from pincite.ports import Bounds, Support
from pincite.text.sentences import split
from pincite.types import Document, Passage, Sentence, Source, Verdict

GOLDEN = Path(__file__).parents[2] / "fixtures" / "citations"


def source(number: int, text: str, title: str = "") -> Source:
    url = f"https://example.org/{number}" if number < 6 else "https://example.org/a_(b)"
    document = Document(id=f"d{number}", url=url, title=title or f"Page {number}")
    passage = Passage(id=f"p{number}", document=document, text=text, start=0, end=len(text))
    return Source(number=number, document=document, passages=(passage,))


SOURCES = [source(number, "Nothing.") for number in range(1, 6)]
WITH_AN_ODD_ADDRESS = [*SOURCES, source(6, "Nothing.")]


@dataclass
class Indifferent:
    """Finds every passage as good as any other, too good to swap and not good enough to add."""

    bounds = Bounds()

    def read(self, passages: Sequence[Passage]) -> None:
        """It looks at none."""

    def check(self, statement: str, passages: Sequence[Passage]) -> list[Support]:
        return [Support(0.6, None) for _ in passages]


def told(pieces: Sequence[str], sources: Sequence[Source] = WITH_AN_ODD_ADDRESS) -> tuple[str, list[Sentence]]:
    """The text and the sentences that the events tell of, in order."""
    citer = Citer(sources, Indifferent())
    events: list[Wrote | Cited] = []
    for piece in pieces:
        events += citer.feed(piece)
    events += citer.finish()
    text = "".join(event.text for event in events if isinstance(event, Wrote))
    assert text == citer.text
    return text, [event.sentence for event in events if isinstance(event, Cited)]


def golden() -> Iterator[tuple[str, str, str, str]]:
    """Name, what was given, the text, and its sentences with their sources."""
    for path in sorted(GOLDEN.glob("*.txt")):
        for case in path.read_text(encoding="utf-8").split("\n=== ")[1:]:
            name, rest = case.split("\n", 1)
            given_text, _, rest = rest.removeprefix("given\n").partition("\ntext\n")
            text, _, cited = rest.partition("\ncited\n")
            yield f"{path.stem}: {name}", given_text, text, cited.strip("\n")


CASES = list(golden())


@pytest.mark.parametrize(("given_text", "text", "cited"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_a_golden_text_is_cited_as_its_file_says(given_text: str, text: str, cited: str) -> None:
    clean, sentences = told([given_text])
    assert clean == text
    shown = [
        f"{clean[s.start : s.end]} | {' '.join(str(c.source) for c in s.citations)}".replace("\n", r"\n").rstrip()
        for s in sentences
    ]
    assert shown == [line.rstrip() for line in cited.split("\n")]


@pytest.mark.parametrize(("given_text", "text", "cited"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_the_same_text_in_single_characters_is_cited_the_same(given_text: str, text: str, cited: str) -> None:
    assert told(list(given_text)) == told([given_text])


ALPHABET = st.sampled_from(
    [
        *(
            "[",
            "]",
            "[1]",
            "[2, 3]",
            "[^1]",
            "【1】",
            "［",
            "］",
            "1",
            "9",
            ",",
            "-",
            " ",
            "  ",
            "\n",
            "\n\n",
            ".",
            "!",
            "?",
        ),
        *("`", "```", "```py\n", "~~~\n", "$", "$$", "\\", "\\[", "\\(", "(", ")", "](", "<", ">", "!", "[a](", ":"),
        *("http", "https://", "https://example.org/1", "www.", "evil.example", "The", "tower", "Dr", "he", "。", "东"),
        *("citation:", "source ", "†", "- ", "# ", "**", "* ", "|", "h", "w", "\t", "'", '"', "”", "…"),
    ]
)


def test_marks_in_a_parenthesis_that_goes_over_lines_are_the_same_however_it_is_cut() -> None:
    text = "(\n[2, 3])"
    assert told([text]) == told(list(text)) == told([text[:5], text[5:]])


@settings(max_examples=300, deadline=None)
@given(st.lists(ALPHABET, max_size=40).map("".join), st.randoms(use_true_random=False))
def test_any_cutting_of_any_text_gives_the_same_text_and_the_same_sentences(text: str, rng: random.Random) -> None:
    cuts = sorted(rng.sample(range(len(text) + 1), min(len(text), rng.randint(0, 8))))
    pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    assert told(pieces) == told([text]) == told(list(text))


@pytest.mark.slow
@settings(max_examples=100_000, deadline=None)
@given(st.lists(ALPHABET, max_size=40).map("".join), st.randoms(use_true_random=False))
def test_a_hundred_thousand_cuttings_give_the_same(text: str, rng: random.Random) -> None:
    cuts = sorted(rng.sample(range(len(text) + 1), min(len(text), rng.randint(0, 8))))
    assert told([text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]) == told([text])


@settings(max_examples=200, deadline=None)
@given(st.lists(ALPHABET, max_size=60).map("".join))
def test_sentences_are_in_order_disjoint_and_hold_every_word(text: str) -> None:
    clean, sentences = told([text])
    spans = [(s.start, s.end) for s in sentences]
    assert spans == sorted(spans)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    assert all(start < end <= len(clean) and clean[start:end].strip() for start, end in spans)
    assert "".join(clean[a:b] for a, b in spans).split() or not clean.strip()
    covered = {i for a, b in spans for i in range(a, b)}
    assert all(c.isspace() or i in covered for i, c in enumerate(clean))


@settings(max_examples=200, deadline=None)
@given(st.lists(ALPHABET, max_size=60).map("".join))
def test_no_address_gets_through_that_is_not_a_sources(text: str) -> None:
    clean, _ = told(list(text))
    allowed = [s.document.url for s in WITH_AN_ODD_ADDRESS]
    for found in re.finditer(r"(?:https?://|\bwww\.(?=\w))[^\s<>\"`]*", clean, re.IGNORECASE):
        assert any(found[0].startswith(url) for url in allowed), (clean, found[0])


@pytest.mark.parametrize(
    "text", ["http[9]://evil.example", "ht[1]tps://evil.example", "www[9].evil.example", "www.[9]1.example"]
)
def test_a_mark_that_is_taken_out_does_not_join_an_address(text: str) -> None:
    clean, _ = told(list(f"See {text} now."))
    assert not re.search(r"https?://|www\.\w", clean), clean


def test_spans_index_the_text_written_before_the_event() -> None:
    citer = Citer(SOURCES, Indifferent())
    written = ""
    for char in CASES[1][1] + " More text follows here.":
        for event in citer.feed(char):
            if isinstance(event, Wrote):
                written += event.text
            else:
                assert event.sentence.end <= len(written)


def test_a_sentence_is_cited_while_the_next_one_is_still_being_written() -> None:
    citer = Citer(SOURCES, Indifferent())
    events = citer.feed("The tower is tall [1]. It was ")
    assert [e.sentence.end for e in events if isinstance(e, Cited)] == [18]


def test_text_is_not_held_back_but_for_what_may_become_a_marker() -> None:
    citer = Citer(SOURCES, Indifferent())
    assert citer.feed("The tow") == [Wrote(text="The tow")]
    assert citer.feed("er [") == [Wrote(text="er")]
    assert citer.feed("x") == [Wrote(text=" [x")]


PARAGRAPH = (
    "Alexandre Gustave Eiffel (15 December 1832 – 27 December 1923) was a French civil engineer. A graduate of the "
    'École Centrale, he made his name with bridges, e.g. the Garabit Viaduct. "It is art," he said. "It is mine." '
    "He paid $3.5 million, approx. 10 % of it in gold. J. R. Smith Jr. of Acme Inc. disagreed. Was he right? No!"
)


def test_sentences_are_those_of_the_splitter() -> None:
    clean, sentences = told([PARAGRAPH[i : i + 3] for i in range(0, len(PARAGRAPH), 3)])
    assert clean == PARAGRAPH
    assert [(s.start, s.end) for s in sentences] == split(PARAGRAPH)


TOWER = source(1, "The tower was completed in 1889. It is 330 metres tall.", "Eiffel Tower")
LOUVRE = source(2, "The Louvre is a museum in Paris. It opened in 1793 with 537 paintings.", "Louvre")


def judged(text: str) -> Sentence:
    citer = Citer([TOWER, LOUVRE], Lexical())
    cited = [e.sentence for e in (*citer.feed(text), *citer.finish()) if isinstance(e, Cited)]
    assert len(cited) == 1
    return cited[0]


def test_a_citation_that_says_so_is_supported_with_its_quote() -> None:
    sentence = judged("The tower was completed in 1889 [1].")
    (citation,) = sentence.citations
    assert (sentence.verdict, sentence.repair, citation.passage_id) == (Verdict.SUPPORTED, "", "p1")
    assert citation.quote is not None
    text = TOWER.passages[0].text
    assert text[citation.quote.start : citation.quote.end] == "The tower was completed in 1889."


def test_a_wrong_number_is_swapped_for_the_passage_that_says_so() -> None:
    sentence = judged("The Louvre opened in 1793 with 537 paintings [1].")
    assert [c.source for c in sentence.citations] == [2]
    assert (sentence.verdict, sentence.repair) == (Verdict.SUPPORTED, "swapped")


def test_a_missing_number_is_added_if_a_passage_says_so() -> None:
    sentence = judged("The Louvre opened in 1793 with 537 paintings.")
    assert [c.source for c in sentence.citations] == [2]
    assert (sentence.verdict, sentence.repair) == (Verdict.SUPPORTED, "added")


def test_one_word_said_of_what_was_named_before_is_no_statement_that_a_passage_could_say() -> None:
    assert judged("It is in Paris.").verdict is Verdict.UNCITED
    assert judged("It is in Paris [1].").verdict is Verdict.UNSUPPORTED
    assert judged("In Paris.").repair == "added"


def test_what_no_passage_says_is_unsupported_with_its_number_and_uncited_without() -> None:
    assert judged("Napoleon kept forty elephants in Lyon [1].").verdict is Verdict.UNSUPPORTED
    assert judged("Napoleon kept forty elephants in Lyon.").verdict is Verdict.UNCITED


def test_what_is_in_another_language_than_its_source_is_not_said_to_be_unsupported() -> None:
    assert judged("Der Turm wurde von der Firma Eiffel im Jahr 1889 vollendet [1].").verdict is Verdict.UNCHECKED
    assert judged("Der Turm wurde von der Firma Eiffel im Jahr 1901 vollendet [1].").verdict is Verdict.UNSUPPORTED
    assert judged("Der Turm wurde von der Firma Eiffel im Jahr 1889 vollendet.").verdict is Verdict.UNCITED


def test_another_number_than_the_sources_is_not_supported() -> None:
    assert judged("The tower was completed in 1901 [1].").verdict is not Verdict.SUPPORTED


@pytest.mark.parametrize(
    "text",
    [
        "## History",
        "**Key facts**",
        "Do you want to know more?",
        "The main reasons are:",
        "The sources do not say who built it.",
        "None of the provided sources mention a price.",
        "I could not find that.",
        "```\nx = 1\n```",
        "---",
    ],
)
def test_what_is_no_statement_about_the_world_is_exempt(text: str) -> None:
    assert judged(text).verdict is Verdict.EXEMPT


@pytest.mark.parametrize("text", ["The only source of the Nile lies in Burundi.", "He has no children.", "Not so."])
def test_statements_about_the_world_are_not_exempt(text: str) -> None:
    assert not exempt(text, plain(text)) or text == "Not so."


def test_without_sources_nothing_is_cited_and_nothing_breaks() -> None:
    citer = Citer([], Lexical())
    events = [*citer.feed("The tower is tall [1]."), *citer.finish()]
    assert [e.sentence.verdict for e in events if isinstance(e, Cited)] == [Verdict.UNCITED]


def test_markdown_signs_are_no_words() -> None:
    assert plain("- **The tower** is [tall](https://x.org/a_(b)) and `old`") == "The tower is tall and old"


@pytest.mark.parametrize(
    "unit", ["[", "[1", "![", "\\[", "Dr. ", "(. A", "a. ", "[a](", "`a", "http://", "\n- ", "【1"]
)
def test_hostile_text_takes_linear_time(unit: str) -> None:
    """Counted in steps of the splitter, not in seconds: four times the text, about four times the characters read."""
    read = [_read_by_splitter(unit * (length // len(unit))) for length in (4000, 16000)]
    assert read[1] <= 6 * read[0] + 20000


def _read_by_splitter(text: str) -> int:
    total = 0

    def counting(piece: str) -> list[tuple[int, int]]:
        nonlocal total
        total += len(piece)
        return split(piece)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pincite.answer.write.cite.split", counting)
        told([text[i : i + 500] for i in range(0, len(text), 500)])
    return total


EIFFEL = source(1, "The tower is 330 metres tall. It was built from 1887 to 1889.", "Tower")
KOECHLIN = source(2, "Maurice Koechlin made the first drawings in 1884.", "Koechlin")


def verdicts(text: str) -> list[tuple[str, str, list[int]]]:
    """Sentence, verdict and sources, by words."""
    citer = Citer([EIFFEL, KOECHLIN], Lexical())
    cited = [event.sentence for event in [*citer.feed(text), *citer.finish()] if isinstance(event, Cited)]
    return [(citer.text[s.start : s.end], s.verdict.value, sorted(c.source for c in s.citations)) for s in cited]


def test_a_sentence_with_marks_in_several_places_is_checked_part_by_part() -> None:
    ((_, verdict, sources),) = verdicts("The tower is 330 metres tall [1], and Koechlin made the first drawings [2].")
    assert (verdict, sources) == ("supported", [1, 2])
    ((_, verdict, _),) = verdicts("The tower is 330 metres tall [1], and Picasso painted it pink in 1931 [2].")
    assert verdict == "unsupported"


def test_a_row_of_a_table_is_checked_cell_by_cell_and_its_first_row_names_columns() -> None:
    text = "| | Tower | Koechlin |\n|---|---|---|\n| Facts | 330 metres tall [1] | first drawings in 1884 [2] |\n"
    assert [verdict for _, verdict, _ in verdicts(text)] == ["exempt", "exempt", "supported"]


@pytest.mark.parametrize(
    "text",
    [
        "None of the provided passages mention this [1][2].",
        "There is no information about who painted it in the sources [1].",
        "Die Quellen enthalten keine Angaben dazu.",
        "Les sources ne disent pas qui l'a peinte.",
        "来源中没有提到这一点。",
        "Let me know if you have any other questions!",
    ],
)
def test_that_the_sources_are_silent_is_no_claim_that_they_say_so(text: str) -> None:
    assert [(verdict, sources) for _, verdict, sources in verdicts(text)] == [("exempt", [])]


def test_what_follows_on_silence_is_checked() -> None:
    ((_, verdict, _),) = verdicts("The sources do not say who built it, but it was painted by Picasso.")
    assert verdict == "uncited"


@pytest.mark.parametrize(
    "frame", ["Based on the provided sources, ", "According to [1], ", "Source [1] says that ", "In summary, "]
)
def test_words_about_the_sources_are_no_part_of_what_is_checked(frame: str) -> None:
    citer = Citer([EIFFEL, KOECHLIN], Lexical())
    told_ = [*citer.feed(f"{frame}the tower is 330 metres tall [1]."), *citer.finish()]
    (cited,) = [event.sentence for event in told_ if isinstance(event, Cited)]
    assert cited.citations[0].support == 1.0
