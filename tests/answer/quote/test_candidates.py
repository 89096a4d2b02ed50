from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pincite.answer.quote.candidates import candidates, clean
from pincite.answer.terms import terms
from pincite.types import Hit


def is_subsequence(short: str, long: str) -> bool:
    rest = iter(long)
    return all(character in rest for character in short)


@given(st.text(alphabet=st.sampled_from(list("ab.[]123 \n\t-*#•")), max_size=60))
def test_cleaning_only_leaves_characters_out(raw: str) -> None:
    assert is_subsequence(clean(raw), raw)


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("It is tall.[1][23]", "It is tall."),
        ("It is tall [citation needed].", "It is tall."),
        ("- a bullet", "a bullet"),
        ("two  blanks \n and a break", "two blanks and a break"),
        ("arrays use a[10] and [see below]", "arrays use a[10] and [see below]"),
    ],
)
def test_marks_bullets_and_doubled_blanks_go(raw: str, cleaned: str) -> None:
    assert clean(raw) == cleaned


@pytest.mark.parametrize(
    "text",
    [
        "He was born in Ulm.",
        "However, it failed.",
        "This led to war.",
        "The latter won.",
        "With 1,200 km², it is large.",
        "Together with Pierre Curie, she was awarded a prize.",
        "Only two years later, he died.",
    ],
)
def test_a_sentence_that_leans_on_the_one_before_is_an_orphan(text: str, hit: Callable[..., Hit]) -> None:
    assert candidates([hit("T", text)])[0].orphan


@pytest.mark.parametrize(
    "text",
    ["Einstein was born in Ulm.", "Thistles grow here.", "It is believed that he fell.", "Then-president Ford spoke."],
)
def test_a_sentence_that_names_its_subject_is_none(text: str, hit: Callable[..., Hit]) -> None:
    assert candidates([hit("T", text)])[0].orphan is text.startswith("Then")


def test_pictures_of_markdown_are_no_words() -> None:
    assert clean("![Logo](logo.png) Tern reads Parquet.") == "Tern reads Parquet."
    assert (
        clean('Tern ![a bird](bird.png "Sterna") reads [Parquet](https://p.org).')
        == "Tern reads [Parquet](https://p.org)."
    )
    assert clean("[![Build](https://x/y.svg)](https://ci.org)") == ""


def test_spans_point_into_the_passage(hit: Callable[..., Hit]) -> None:
    one = hit("T", "First here.[1] Second  there.\n\nThird.")
    for candidate in candidates([one]):
        assert clean(one.passage.text[candidate.start : candidate.end]) == candidate.text


def test_a_name_in_other_scripts_and_sounds_is_left_out() -> None:
    assert clean("Germany (German: Deutschland IPA: [ˈdɔɪtʃlant]) is a country.") == "Germany is a country."
    assert clean("The yen (円) is a coin.") == "The yen is a coin."
    assert clean("Temüjin (Чингис, 1162–1227) was a khan.") == "Temüjin (Чингис, 1162–1227) was a khan."


@pytest.mark.parametrize("caption", ["A leaf in the sun.", "Statue of Dante in Florence.", "Leaf, seen from below"])
def test_a_short_line_without_a_verb_among_paragraphs_is_taken_for_a_caption(
    caption: str, hit: Callable[..., Hit]
) -> None:
    text = f"{caption}\n\nLeaves are green. They turn red."
    assert [one.caption for one in candidates([hit("Leaf", text)])] == [True, False, False]
    assert not candidates([hit("Leaf", "Leaves are green.")])[0].caption


@pytest.mark.parametrize(
    "text",
    [
        "# Notiz\n\nDie Kündigungsfrist beträgt drei Monate.",
        "# Holidays\n\nThirty days a year.\n\nAll else by agreement.",
        "# Holidays\n\nEmployees get thirty days.\n\nAsk first. It is granted soon.",
        "The store is closed on Monday.\n\nIt opens at nine. It closes at six.",
    ],
)
def test_the_sentences_of_a_note_are_no_captions(text: str, hit: Callable[..., Hit]) -> None:
    assert not any(one.caption for one in candidates([hit("Note", text)]) if not one.heading)


def test_question_and_passage_are_cut_as_the_language_of_the_question_says(hit: Callable[..., Hit]) -> None:
    asked = terms("Wie lang sind die Kündigungsfristen?", "de")
    (said,) = candidates([hit("Notiz", "Die Kündigungsfrist beträgt drei Monate.")], "de")
    assert asked == ("lang", "kundigungsfrist")
    assert set(asked) & set(said.terms) == {"kundigungsfrist"}


@pytest.mark.parametrize(
    "text",
    [
        "Old St Paul's redirects here, for the church see Old Saint Paul's.",
        "This article is about the cathedral in London.",
        "For other uses, see Cathedral of Saint Paul.",
        "See also Languages in the United Kingdom.",
        "For a longer list see Longest rivers.",
        "For other meanings, see China (disambiguation).",
    ],
)
def test_where_else_a_page_says_to_look_is_no_sentence_to_quote(text: str, hit: Callable[..., Hit]) -> None:
    assert candidates([hit("T", f"{text} London is large.")])[0].cut


TABLE = "Prices\n\n| item | price |\n|:--|--:|\n| coffee | 2 euro |\n| tea | 1 euro |"
RECORDS = "product | stock\n\nproduct: bolts; stock: 120\n\nproduct: nuts; stock: 80"
LINES = "Opening hours\n\nMonday 9 to 17\nTuesday closed"
LOG = "INFO ok\nERROR: disk full on /dev/sda1"


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (TABLE, ["coffee | 2 euro", "tea | 1 euro"]),
        (RECORDS, ["product: bolts; stock: 120", "product: nuts; stock: 80"]),
        (LINES, ["Monday 9 to 17", "Tuesday closed"]),
        (LOG, ["INFO ok", "ERROR: disk full on /dev/sda1"]),
        ("A title\n\nA sentence that ends.\n\nAnother title", []),
        ("# Price: high\n\nIt rose.", []),
    ],
)
def test_rows_records_and_lines_may_be_written_and_heads_may_not(
    text: str, rows: list[str], hit: Callable[..., Hit]
) -> None:
    found = candidates([hit("T", text)])
    assert [one.text for one in found if one.row] == rows
    assert not any(one.heading or one.caption or one.cut for one in found if one.row)
    assert all(one.heading for one in found if not one.row and not one.text.endswith("."))


def test_a_row_of_cells_is_one_however_long_and_wherever_it_stands(hit: Callable[..., Hit]) -> None:
    long = "id: HER-232; title: Dark mode flickers on Safari and on two other browsers; status: closed; assignee: Priya"
    found = candidates([hit("tickets", f"Bass | 8\n\nAlto | 9\n\nA word: and more.\n\nOne | alone.\n\n{long}")])
    assert [one.text for one in found if one.cells] == ["Bass | 8", "Alto | 9", long]
    assert not any(one.cut or one.caption for one in found if one.cells)


@pytest.mark.parametrize("text", ["बाघ हिरण खाता है।", "کیا یہ ٹھیک ہے؟", "彼は「いいえ。」", "他说：“好。”（笑）"])
def test_a_short_sentence_of_another_script_is_no_heading(text: str, hit: Callable[..., Hit]) -> None:
    assert [one.heading for one in candidates([hit("p", text)])][-1:] == [False]
