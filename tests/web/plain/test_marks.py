from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.web import tabled as database
from tests.web.tabled import CARD, SENTENCE, TABLE, tabled

from pincite.events import fold
from pincite.text.sentences import split
from pincite.types import Answer, Citation, Question, Sentence, Verdict
from pincite.web.plain import tables
from pincite.web.plain.marks import Marker, marked
from pincite.web.plain.unmark import unmarked

TEXT = "The tower is 330 m tall. It was built in 1889! Dr. Eiffel liked it.\n\n- iron\n- rivets\n\nIs it heavy? Yes."


def sentences(text: str, *numbers: tuple[int, ...]) -> list[Sentence]:
    return [
        Sentence(
            start=start,
            end=end,
            citations=tuple(Citation(source=n, passage_id=f"p{n}", support=1) for n in cited),
            verdict=Verdict.SUPPORTED if cited else Verdict.UNCITED,
        )
        for (start, end), cited in zip(split(text), numbers, strict=False)
    ]


def test_markers_stand_right_behind_their_sentences() -> None:
    text = "The tower is 330 m tall. It was built in 1889."
    answer = Answer(id="a", question=Question(text="?"), text=text, sentences=tuple(sentences(text, (1,), (2, 1))))
    content, marks = marked(answer)
    assert content == "The tower is 330 m tall.[1] It was built in 1889.[2][1]"
    assert [content[mark.start : mark.end] for mark in marks] == ["[1]", "[2]", "[1]"]


def test_in_a_table_they_stand_in_the_last_cell_and_below_code() -> None:
    text = "| metal | melts |\n|---|---|\n| gold | 1064 |\n\n```\nprint(1)\n```\n\nSo it is."
    spans = split(text)
    known = [(1,) if text[start:end] == "| gold | 1064 |" or text[start] == "`" else () for start, end in spans]
    marker = Marker()
    sent = "".join(map(marker.write, text))
    sent += "".join(marker.cite(one) for one in sentences(text, *known)) + marker.finish()
    assert sent == "| metal | melts |\n|---|---|\n| gold | 1064 [1]|\n\n```\nprint(1)\n```\n\n[1]\n\nSo it is."
    assert [sent[mark.start : mark.end] for mark in marker.marks] == ["[1]", "[1]"]


def test_a_sentence_that_its_passages_do_not_support_gets_no_marker() -> None:
    wrong = sentences("It is green.", (1,))[0].model_copy(update={"verdict": Verdict.UNSUPPORTED})
    assert (
        marked(Answer(id="a", question=Question(text="?"), text="It is green.", sentences=(wrong,)))[0]
        == "It is green."
    )


@given(st.lists(st.integers(1, 12), max_size=80), st.lists(st.lists(st.integers(1, 9), max_size=3), max_size=12))
def test_the_marked_text_does_not_depend_on_how_the_text_was_cut(cuts: list[int], cited: list[list[int]]) -> None:
    known = sentences(TEXT, *map(tuple, cited))
    whole, marks = marked(Answer(id="a", question=Question(text="?"), text=TEXT, sentences=tuple(known)))
    marker, out, at, told = Marker(), [], 0, 0
    for size in [*cuts, len(TEXT)]:
        out.append(marker.write(TEXT[at : at + size]))
        at += size
        while told < len(known) and known[told].end <= at:
            out.append(marker.cite(known[told]))
            told += 1
    out.append(marker.finish())
    assert "".join(out) == marker.content == whole
    assert marker.marks == list(marks)


def test_the_rows_of_a_table_stand_at_the_end_however_the_text_came() -> None:
    events = tabled("a", Question(text="?"))
    whole, marks = marked(fold(events))
    assert whole == f"{database.TEXT}[1]\n\n{tables.told(TABLE)}"
    assert [whole[mark.start : mark.end] for mark in marks] == ["[1]"]
    marker, out = Marker(), []
    marker.show(CARD)
    out += [marker.write(letter) for letter in database.TEXT]
    out += [marker.cite(SENTENCE), marker.finish(), marker.finish()]
    assert "".join(out) == marker.content == whole


def test_text_of_the_next_sentence_waits_until_the_last_one_is_cited() -> None:
    marker = Marker()
    first = sentences("It is tall. It is old.", (1,))[0]
    assert marker.write("It is tall. It is") == "It is tall."
    assert marker.write(" o") == ""
    assert marker.cite(first) == "[1] It is o"
    assert marker.write("ld.") == "ld."


def test_a_second_verdict_changes_nothing_that_was_sent() -> None:
    marker = Marker()
    marker.write("It is tall.")
    (first,) = sentences("It is tall.", (1,))
    assert marker.cite(first) == "[1]"
    assert marker.cite(first.model_copy(update={"verdict": Verdict.PARTIAL})) == ""


def test_markers_are_taken_out_of_what_clients_send_back() -> None:
    assert unmarked("It is tall.[1][12] It is old.[3]") == "It is tall. It is old."
    assert unmarked("see [1](https://example.org), a[1]b and x[i]") == "see [1](https://example.org), a[1]b and x[i]"
