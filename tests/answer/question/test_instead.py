import pytest

from pincite.answer.question.instead import instead, thing, two
from pincite.answer.question.recall import Said, resolve, standalone
from pincite.types import Answer, Citation, Degradation, Question, Sentence, Verdict


@pytest.mark.parametrize(
    ("before", "text", "meant"),
    [
        ("What is the capital of Australia?", "and of France?", "What is the capital of France?"),
        ("What is the capital of Australia?", "What about Germany?", "What is the capital of Germany?"),
        ("what is the capital of australia", "and peru", "what is the capital of peru?"),
        ("What is the average salary in the UK?", "and in the US?", "What is the average salary in the US?"),
        ("How many people live in Peru?", "ok, and how about in Chile?", "How many people live in Chile?"),
        ("What do bears eat?", "And in winter?", "What do bears eat in winter?"),
        ("How many people live there?", "and in Japan?", "How many people live in Japan?"),
        ("When was Mozart born?", "and Beethoven?", "When was Beethoven born?"),
        ("Do we pay the First Lady?", "What about Ivanka?", "Do we pay Ivanka?"),
        ("What do whales eat?", "and sharks?", "What do sharks eat?"),
        ("Are angora goats good for meat?", "What about boer goats?", "Are boer goats good for meat?"),
        ("Who discovered penicillin?", "and insulin", "Who discovered insulin?"),
        ("Why did the build fail?", "and yesterday?", "Why did the build fail yesterday?"),
        ("What did Rome export last year?", "And this year?", "What did Rome export this year?"),
        ("who won the world cup in 2010", "and 2014?", "who won the world cup in 2014?"),
        ("What should I do to treat it?", "How about the flu?", "What should I do to treat the flu?"),
        ("Was ist die Hauptstadt von Australien?", "und von Frankreich?", "Was ist die Hauptstadt von Frankreich?"),
        ("Quelle est la capitale de l'Australie ?", "et de Malte ?", "Quelle est la capitale de Malte?"),
    ],
)
def test_a_fragment_that_names_another_thing_asks_the_question_before_of_it(before: str, text: str, meant: str) -> None:
    found = instead(text, before, "")
    assert found is not None
    assert found.question == meant


def test_a_correction_takes_the_place_of_what_a_pronoun_was_taken_for() -> None:
    found = instead("no, I meant the whales", "Why do whale sharks migrate?", "whale sharks")
    assert found is not None
    assert found.question == "Why do the whales migrate?"


@pytest.mark.parametrize(
    ("before", "text"),
    [
        ("Who was Marie Curie?", "And the Nobel Prize?"),
        ("Who was Marie Curie?", "what about her children?"),
        ("What are the pros of solar power?", "And what about the cons?"),
        ("Where is the Bronze Age collapse described?", "What about trade?"),
        ("What is photosynthesis?", "what about its history"),
        ("What is photosynthesis?", "and why does it matter?"),
        ("What is photosynthesis?", "and"),
        ("thanks", "and France?"),
    ],
)
def test_what_names_a_side_or_asks_for_itself_takes_no_place(before: str, text: str) -> None:
    assert instead(text, before, "") is None


def test_a_question_of_two_things_names_those_that_were_asked_about_last() -> None:
    earlier = ["Bach", "Mozart", "Beethoven", "Ludwig van Beethoven"]
    assert two("compare the two", earlier) == "compare Mozart and Ludwig van Beethoven"
    assert two("What's the difference between them?", ["whales", "sharks"]) == (
        "What's the difference between whales and sharks"
    )
    assert two("who was older?", ["Mozart", "Beethoven"]) == "who was older, Mozart or Beethoven?"
    assert two("compare the two", ["whales"]) == ""
    assert two("what are the two houses of parliament", ["whales", "sharks"]) == ""


def test_what_a_question_is_about_can_be_named() -> None:
    assert thing("When was Wolfgang Amadeus Mozart born?", "") == "Wolfgang Amadeus Mozart"
    assert thing("What do whales eat?", "") == "whales"


def turn(text: str, answer: str = "It is so.") -> Answer:
    return Answer(id=text, question=Question(text=text), text=answer)


def test_what_took_the_place_is_what_the_thread_is_about_from_then_on() -> None:
    thread = [turn("When was Mozart born?", "Mozart was born in 1756."), turn("and Beethoven?", "In 1770.")]
    assert standalone("where did he die?", thread).queries[0] == "where did Beethoven die?"
    assert "Mozart" in standalone("compare the two", thread).queries[0]
    thread = [turn("Who won the Tour de France in 2010?", "Contador."), turn("and 2011?", "Evans.")]
    assert "Tour de France" in standalone("how long is it?", thread).queries[0]
    thread = [turn("What is the capital of Peru?", "Lima."), turn("and of Chile?", "Santiago.")]
    assert standalone("and Mali?", thread).queries[0] == "What is the capital of Mali?"


def test_a_place_that_is_pointed_at_is_named() -> None:
    memory = [Said("What is the history of Berlin?", "Berlin is old.")]
    assert resolve("How many people live there?", memory).queries[0] == "How many people live in Berlin?"
    assert "in Berlin" not in resolve("What museums are there?", memory).queries[0]


def test_our_own_words_in_an_answer_that_declines_are_not_taken_over() -> None:
    near = "Whales sing."
    text = f"Nothing here answers this for sure; this comes nearest.\n\n- {near}"
    at = text.index(near)
    cited = Sentence(
        start=at,
        end=len(text),
        citations=(Citation(source=1, passage_id="p", support=1),),
        verdict=Verdict.SUPPORTED,
    )
    declined = Answer(
        id="a",
        question=Question(text="what do whales think"),
        text=text,
        sentences=(cited,),
        degraded=(Degradation(part="sources", reason="no_answer", detail=""),),
    )
    taken = " ".join(standalone("and why?", [declined]).queries).lower().split()
    assert "whales" in taken
    assert not {"sure", "comes", "nearest", "nothing"} & set(taken)
