from collections.abc import Sequence
from dataclasses import replace

from tests.answer.conftest import make_hit

from pincite.answer.gather import Gathered, number
from pincite.answer.own_words import NO_ANSWER, UNSURE
from pincite.answer.question.plan import plan
from pincite.answer.question.split import Part
from pincite.answer.quote.evidence import Evidence
from pincite.answer.quote.extract import Extract, Piece
from pincite.answer.research.sections import PARTLY, Finding, compiled, side_by_side
from pincite.types import Citation, Question

CHAIN = (Part("Who made it?"), Part("Where was {} born?", 0))
PAIR = (Part("When was A born?"), Part("When was B born?"))


def finding(
    asked: str,
    said: Sequence[tuple[str, str]],
    chance: float = 0.9,
    part: int | None = None,
    hop: int = 1,
    over: str = "",
    lead_ins: Sequence[str] = (),
) -> Finding:
    """Whose sentences are ``said`` (title, text), the first one the lead."""
    hits = [make_hit(title, text) for title, text in said]
    sources = number(hits)
    numbers = {source.document.title: source.number for source in sources}
    pieces = tuple(
        Piece(
            lead_ins[at] if lead_ins else " " if at else "",
            text,
            (Citation(source=numbers[title], passage_id=f"{title}-0", support=1.0),),
        )
        for at, (title, text) in enumerate(said)
    )
    gathered = Gathered(tuple(hits), sources, (), (), 1, ranked=tuple(hits))
    read = Extract(pieces, pieces[0] if pieces else None, Evidence(chance, {}), ())
    return Finding(asked, plan(Question(text=asked)), gathered, read, hop, over, part)


def text_of(pieces: Sequence[Piece]) -> str:
    return "".join(piece.lead_in + piece.text for piece in pieces)


def test_the_last_hop_leads_and_the_first_one_is_a_section() -> None:
    whole = finding("Where was its maker born?", [("It", "It is a film.")])
    first = finding("Who made it?", [("It made", "Ann Moe made it.")], part=0)
    last = finding(
        "Where was Ann Moe born?", [("Ann Moe", "Ann Moe was born in Bodvik.")], part=1, hop=2, over="Ann Moe"
    )
    done = compiled(whole, [first, last], CHAIN, 16)
    assert text_of(done.extract.pieces) == (
        "Ann Moe was born in Bodvik.\n\nIt is a film.\n\n**Who made it?**\n\nAnn Moe made it."
    )
    assert done.extract.lead is not None
    assert done.extract.lead.citations[0].source == 1
    numbered = {source.number: source.document.title for source in done.gathered.sources}
    cited = [numbered[c.source] for piece in done.extract.pieces for c in piece.citations]
    assert cited == ["Ann Moe", "It", "It made"]
    assert done.parts == ("Who made it?", "Where was Ann Moe born?")
    assert "- Who made it?" in done.asked("Where was its maker born?")


def test_a_hop_whose_passage_does_not_name_the_bridge_is_not_told() -> None:
    whole = finding("Where was its maker born?", [("It", "It is a film.")])
    wrong = finding("Where was Ann Moe born?", [("Bea Co", "Bea Co was born in Oslo.")], part=1, hop=2, over="Ann Moe")
    done = compiled(whole, [wrong], CHAIN, 16)
    assert text_of(done.extract.pieces) == "It is a film."
    assert done.parts == ()


def test_parts_without_an_answer_to_the_whole_say_so() -> None:
    whole = finding("Who was born earlier, A or B?", [("C", "C was here.")], chance=0.1)
    one = finding("When was A born?", [("A", "A was born in 1900.")], part=0)
    done = compiled(whole, [one], PAIR, 16)
    assert text_of(done.extract.pieces) == f"{PARTLY}\n\n**When was A born?**\n\nA was born in 1900."
    assert not done.extract.pieces[0].citations
    both = compiled(whole, [one, finding("When was B born?", [("B", "B was born in 1910.")], part=1)], PAIR, 16)
    assert PARTLY not in text_of(both.extract.pieces)


def test_nothing_found_is_no_answer_with_what_is_nearest() -> None:
    done = compiled(finding("Why?", [("C", "C was here.")], chance=0.1), [], (), 16)
    assert done.extract.pieces == ()
    assert done.extract.nearest == ("C",)
    assert compiled(finding("Why?", []), [], (), 16).extract.pieces == ()


def test_sources_are_few_but_hold_all_that_is_cited() -> None:
    whole = finding("Why?", [(f"T{n}", f"Sentence {n}.") for n in range(6)])
    assert len(compiled(whole, [], (), 2).gathered.hits) == 6
    section = finding("When was A born?", [("A", "A was born."), *[(f"U{n}", f"U {n}.") for n in range(9)]], part=0)
    assert len(compiled(whole, [section], PAIR, 3).gathered.hits) >= 7


def test_a_section_keeps_to_the_document_of_its_lead_and_has_no_half_of_a_table() -> None:
    whole = finding("Why?", [("C", "C is why.")])
    mixed = [("A", "A was born."), ("Z", "Z was there.")]
    section = finding("When was A born?", mixed, part=0, lead_ins=["| ", " | "])
    assert text_of(compiled(whole, [section], PAIR, 16).extract.pieces) == (
        "C is why.\n\n**When was A born?**\n\nA was born."
    )


TALL = ("Tower", "It is 330 metres tall.")
BUILT = ("Tower built", "It was built in 1889.")


def unanswered(asked: str, near: Sequence[tuple[str, str]] = ()) -> Finding:
    """What comes ``near`` is told where there is anything."""
    found = finding(asked, near, chance=0.1)
    read = Extract((), None, found.extract.evidence, tuple(title for title, _ in near), near=found.extract.pieces)
    return replace(found, extract=read)


def test_of_two_questions_each_stands_above_its_answer() -> None:
    done = side_by_side(finding("How tall is it?", [TALL]), finding("When was it built?", [BUILT, TALL]), 8)
    assert text_of(done.extract.pieces) == (
        "**How tall is it?**\n\nIt is 330 metres tall.\n\n**When was it built?**\n\nIt was built in 1889."
    )
    numbered = {source.number: source.document.title for source in done.gathered.sources}
    assert [numbered[c.source] for piece in done.extract.pieces for c in piece.citations] == ["Tower", "Tower built"]
    assert done.extract.lead is not None
    assert done.extract.lead.text == TALL[1]


def test_a_sentence_that_answers_both_is_told_once_and_without_headings() -> None:
    done = side_by_side(finding("When was she born?", [TALL, BUILT]), finding("Where was she born?", [BUILT]), 8)
    assert text_of(done.extract.pieces) == "It is 330 metres tall. It was built in 1889."


def test_of_two_questions_one_without_an_answer_says_so_with_what_comes_nearest() -> None:
    bare = side_by_side(unanswered("Who is it?"), finding("When was it built?", [BUILT]), 8)
    assert text_of(bare.extract.pieces) == (
        f"**Who is it?**\n\n{NO_ANSWER}\n\n**When was it built?**\n\nIt was built in 1889."
    )
    near = side_by_side(finding("When was it built?", [BUILT]), unanswered("Who is it?", [TALL]), 1)
    assert text_of(near.extract.pieces).endswith(f"**Who is it?**\n\n{UNSURE}It is 330 metres tall.")
    assert {source.document.title for source in near.gathered.sources} == {"Tower", "Tower built"}
    assert near.extract.lead is not None
    assert near.extract.lead.text == BUILT[1]


def test_two_questions_without_an_answer_are_one_refusal() -> None:
    done = side_by_side(unanswered("Who?", [TALL]), unanswered("Why?", [BUILT, TALL]), 8)
    assert done.extract.pieces == ()
    assert done.extract.lead is None
    assert done.extract.nearest == ("Tower", "Tower built")
    assert [piece.text for piece in done.extract.near] == [TALL[1]]
