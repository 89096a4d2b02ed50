"""A reader beside words and vectors: it moves the lead, cuts out the short answer, and has a say in declining."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import inf

import pytest

from pincite.answer.gather import number
from pincite.answer.question.plan import plan
from pincite.answer.quote.candidates import candidates
from pincite.answer.quote.extract import Extract, extract
from pincite.answer.quote.read import joined, laid
from pincite.answer.quote.score import Asked, score
from pincite.ports import Answered, Deadline, Reading
from pincite.types import Hit, Passage, Question, Span, Spot

SOON = Deadline(inf)
WHO = "Who described the red fox in a book?"
FOX = "The red fox was in a book. It was Linnaeus who wrote it. Foxes eat mice."


class Finding:
    """A ``Reader`` that finds the same words wherever they stand, and has time for the first ``most`` passages."""

    def __init__(
        self,
        words: str,
        chance: float = 0.9,
        relevance: float = 4.0,
        most: int = 99,
        marked: float = 8.0,
        supports: float = 0.9,
    ) -> None:
        self.words, self.chance, self.relevance, self.most, self.marked = words, chance, relevance, most, marked
        self.supports, self.stated = supports, ""
        self.seen: list[str] = []

    def read(self, question: str, passages: Sequence[Passage], deadline: Deadline) -> list[Reading]:
        self.seen += [passage.id for passage in passages]
        found = []
        for passage in passages[: self.most]:
            at = passage.text.find(self.words)
            answers = (Answered(Span(start=at, end=at + len(self.words)), self.chance),) if at >= 0 else ()
            found.append(Reading(self.relevance if answers else -4.0, answers, self.marked if answers else 0.0))
        return found

    def support(self, statement: str, passages: Sequence[Passage]) -> list[tuple[float, float, float]]:
        self.stated = statement
        return [(1 - self.supports, 0.0, self.supports) for _ in passages]


def asked(text: str, hits: Sequence[Hit]) -> Asked:
    return Asked(plan(Question(text=text)), hits, candidates(hits))


def answered(text: str, hits: Sequence[Hit], reader: Finding | None) -> Extract:
    return extract(plan(Question(text=text)), hits, number(hits), None, 120, reader, SOON)


def test_the_sentence_that_the_reader_found_leads_and_its_words_are_the_short_answer(hit: Callable[..., Hit]) -> None:
    hits = [hit("Red fox", FOX)]
    assert (without := answered(WHO, hits, None).lead) is not None
    assert "Linnaeus" not in without.text
    found = answered(WHO, hits, Finding("Linnaeus"))
    assert found.lead is not None
    assert found.fact == "Linnaeus"
    assert found.lead.text[slice(*found.lead.short or (0, 0))] == "Linnaeus"


def test_who_asks_to_be_told_about_a_thing_wants_more_than_a_part_of_a_sentence(hit: Callable[..., Hit]) -> None:
    found = answered("Give me a summary of the red fox", [hit("Foxes", FOX)], Finding("a book"))
    assert found.lead is not None
    assert found.lead.short is None


def test_an_unsure_reader_cuts_nothing_out(hit: Callable[..., Hit]) -> None:
    found = answered(WHO, [hit("Red fox", FOX)], Finding("Linnaeus", chance=0.01))
    assert found.pieces
    assert found.fact == ""


@pytest.mark.parametrize(
    "text", ["Is the red fox a mammal?", "How do I feed a red fox?", "Why is the red fox a mammal?"]
)
def test_no_part_of_a_sentence_answers_such_questions(hit: Callable[..., Hit], text: str) -> None:
    found = answered(
        text, [hit("Red fox", "The red fox is a mammal. To feed a red fox, give it mice.")], Finding("red")
    )
    assert found.pieces
    assert found.fact == ""


def test_passages_that_read_as_no_answer_are_declined_and_one_that_does_is_not(hit: Callable[..., Hit]) -> None:
    hits = [hit("Red fox", FOX)]
    assert answered(WHO, hits, Finding("Linnaeus", relevance=9.0)).evidence.chance > 0.5
    declined = answered(WHO, hits, Finding("no such words", relevance=9.0))
    assert declined.evidence.chance < answered(WHO, hits, None).evidence.chance


def test_a_passage_about_it_in_which_no_answer_stands_out_is_believed_less(hit: Callable[..., Hit]) -> None:
    hits = [hit("Red fox", FOX)]
    sure, unsure, none = (
        answered(WHO, hits, Finding("Linnaeus", marked=marked)).evidence.chance for marked in (14.0, 2.0, -1e9)
    )
    assert sure > unsure > none == pytest.approx(0.0)


def test_a_passage_that_does_not_say_what_question_and_answer_say_together_is_believed_less(
    hit: Callable[..., Hit],
) -> None:
    hits, saying, silent = [hit("Red fox", FOX)], Finding("Linnaeus", supports=0.99), Finding("Linnaeus", supports=0.01)
    assert answered(WHO, hits, saying).evidence.chance > answered(WHO, hits, silent).evidence.chance
    assert saying.stated == "Linnaeus described the red fox in a book."


def test_an_answer_that_stands_out_makes_no_passage_one_about_what_is_asked(hit: Callable[..., Hit]) -> None:
    honey = [hit("Honey", "It was Linnaeus who liked it.")]
    off = answered(WHO, honey, Finding("Linnaeus", relevance=-4.0, marked=99.0)).evidence.chance
    assert off < 0.5
    less = answered(WHO, honey, Finding("Linnaeus", relevance=-4.0, marked=40.0)).evidence.chance
    assert off == pytest.approx(less, abs=0.01)


def test_without_time_to_read_the_answer_is_the_one_without_a_reader(hit: Callable[..., Hit]) -> None:
    hits = [hit("Red fox", FOX)]
    hurried = answered(WHO, hits, Finding("Linnaeus", most=0))
    assert hurried.hurried
    assert replace(hurried, hurried=False) == answered(WHO, hits, None)


def test_what_is_not_english_is_not_read(hit: Callable[..., Hit]) -> None:
    reader = Finding("Linné")
    answered("Wer beschrieb den Rotfuchs?", [hit("Rotfuchs", "Der Rotfuchs wurde von Linné beschrieben.")], reader)
    assert reader.seen == []


def test_only_the_best_passages_are_read(hit: Callable[..., Hit]) -> None:
    reader = Finding("Linnaeus")
    answered(WHO, [hit("Red fox", FOX, place=n) for n in range(20)], reader)
    assert len(reader.seen) == 8


def test_chances_of_both_together_sum_to_one_and_a_mark_inside_an_answer_costs_no_span(hit: Callable[..., Hit]) -> None:
    hits = [hit("Red fox", "It was Linnaeus[1] of Uppsala who wrote it. Foxes eat mice.")]
    sentences = candidates(hits)
    readings = Finding("Linnaeus[1] of Uppsala").read(WHO, [hits[0].passage], SOON)
    found = laid(readings, hits, sentences, asked(WHO, hits))
    assert found is not None
    assert found.share[0] == pytest.approx(0.9)
    assert sentences[0].text[slice(*found.spans[0][0])] == "Linnaeus of Uppsala"
    both = joined(score(plan(Question(text=WHO)), hits, sentences, None), found, sentences)
    assert both.chance.sum() == pytest.approx(1)
    assert both.chance[0] > 0.8


def test_the_same_answer_in_several_passages_is_one_and_counts_wherever_its_words_stand(
    hit: Callable[..., Hit],
) -> None:
    hits = [hit("Fox", "Linnaeus wrote it."), hit("Book", "It was the Linnaeus of Uppsala."), hit("Mice", "Mice eat.")]
    sentences = candidates(hits)
    found = laid(
        Finding("Linnaeus", chance=0.3).read(WHO, [each.passage for each in hits], SOON),
        hits,
        sentences,
        asked(WHO, hits),
    )
    assert found is not None
    assert found.share.tolist() == pytest.approx([0.6, 0.6, 0.0])
    assert sentences[1].text[slice(*found.spans[1][0])] == "Linnaeus"


@pytest.mark.parametrize(("turn", "held"), [("Anna: priya books the van", False), ("Anna: I can book the van", True)])
def test_who_says_something_is_the_answer_only_where_they_say_it_of_themselves(
    hit: Callable[..., Hit], turn: str, held: bool
) -> None:
    said = hit("Trip", f"{turn}\n\nTom: good")
    said = said.model_copy(
        update={"passage": said.passage.model_copy(update={"spots": (Spot(start=0, label="May, 10:12"),)})}
    )
    found = laid(
        Finding("Anna").read("Who books the van?", [said.passage], SOON),
        [said],
        candidates([said]),
        asked("Who books the van?", [said]),
    )
    assert found is not None
    assert (0 in found.spans) == (found.share[0] > 0) == held


def test_marks_of_markdown_around_an_answer_are_no_part_of_it(hit: Callable[..., Hit]) -> None:
    hits = [hit("Minutes", "Water is off from **Saturday 16 November**, not earlier.")]
    found = laid(
        Finding("Saturday 16 November**").read(WHO, [hits[0].passage], SOON), hits, candidates(hits), asked(WHO, hits)
    )
    assert found is not None
    assert candidates(hits)[0].text[slice(*found.spans[0][0])] == "Saturday 16 November"


@pytest.mark.parametrize(
    ("question", "sentence", "answer", "held"),
    [
        ("Where do penguins live?", "They live nowhere near Newfoundland.", "Newfoundland", False),
        ("Where do penguins live?", "They live in the south, not in the Arctic.", "Arctic", False),
        ("Where do penguins not live?", "They live in the south, not in the Arctic.", "Arctic", True),
        ("Where do penguins live?", "They live not only in the Antarctic.", "Antarctic", True),
        ("Who wrote War and Peace?", "In Sevastopol he wrote sketches.", "Sevastopol he", False),
        (
            "What is hard?",
            "It is said that diamond and graphite have the same form.",
            "that diamond and graphite have the same form",
            True,
        ),
        (
            "What is hard?",
            "Though diamond and graphite are of one substance and look alike, diamond is hard.",
            "diamond and graphite are of one substance and look alike, diamond",
            False,
        ),
        ("How many moons has it?", "He saw its four largest moons.", "four", False),
        ("What is the population of Chad?", "In 1703 the population was 50,358.", "50,358", False),
    ],
)
def test_what_is_not_so_or_no_name_of_a_thing_is_no_short_answer(
    hit: Callable[..., Hit], question: str, sentence: str, answer: str, held: bool
) -> None:
    hits = [hit("Book", sentence)]
    found = laid(Finding(answer).read(question, [hits[0].passage], SOON), hits, candidates(hits), asked(question, hits))
    assert found is not None
    assert (0 in found.spans) == held


def test_an_answer_is_no_part_of_a_longer_word(hit: Callable[..., Hit]) -> None:
    hits = [hit("Fox", "It weighs 5 kg."), hit("Fox", "It weighs 15 kg.", place=1)]
    found = laid(Finding("5").read(WHO, [hits[0].passage], SOON), hits, candidates(hits), asked(WHO, hits))
    assert found is not None
    assert list(found.spans) == [0]


def test_a_document_about_what_is_asked_leads_before_another_that_the_reader_prefers(hit: Callable[..., Hit]) -> None:
    sound = "In air, the speed of sound is 345 metres per second. Sound is a wave."
    film = "Most films were shown faster than what would become sound film speed, 24 frames."
    found = answered(
        "What is the speed of sound?", [hit("Silent film", film), hit("Sound", sound)], Finding("24", 0.08)
    )
    assert found.lead is not None
    assert found.lead.text == "In air, the speed of sound is 345 metres per second."


def test_a_passage_without_the_names_in_the_question_does_not_lead(hit: Callable[..., Hit]) -> None:
    hits = [
        hit("Films", "The comedy was made by Jane Smith."),
        hit("Plays", "The tragedy Hamlet was made by Shakespeare."),
    ]
    found = answered("Who made Hamlet?", hits, Finding("Jane Smith", 0.2, 9.0))
    assert found.lead is not None
    assert "Shakespeare" in found.lead.text
