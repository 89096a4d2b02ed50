import json
import lzma
import re
from pathlib import Path

import pytest

from pincite.answer.question.recall import Said, resolve, standalone
from pincite.text.tokens import STOP_WORDS, normal, words
from pincite.types import Answer, Citation, Degradation, Document, Question, Sentence, Source, Span, Verdict

CURIE = [
    Said("Who was Marie Curie?", "Marie Curie was a Polish and French physicist who researched radioactivity."),
]


def test_a_first_question_is_left_as_it_is() -> None:
    assert resolve("Who was she?", []).queries == ("Who was she?",)


def test_a_pronoun_is_replaced_by_the_topic() -> None:
    found = resolve("Where was she born?", CURIE)
    assert found.queries[0] == "Where was Marie Curie born?"
    assert found.topic == "Marie Curie"
    assert found.dependent


def test_a_possessive_pronoun_becomes_a_possessive_topic() -> None:
    assert resolve("What was her first discovery?", CURIE).queries[0] == "What was Marie Curie's first discovery?"


def test_an_ellipsis_takes_the_topic_along() -> None:
    found = resolve("And the Nobel Prize?", CURIE)
    assert "Curie" in found.queries[0]


def test_a_question_about_something_else_drops_the_history() -> None:
    text = "How tall is the Eiffel Tower in summer?"
    assert resolve(text, CURIE).queries == (text,)
    assert not resolve(text, CURIE).dependent


def test_a_short_question_with_a_new_name_begins_a_new_topic() -> None:
    assert resolve("Who was Alan Turing?", CURIE).queries == ("Who was Alan Turing?",)


def test_the_topic_outlives_a_follow_up() -> None:
    memory = [*CURIE, Said("Where was Marie Curie born?", "She was born in Warsaw.")]
    assert "Curie" in resolve("When did she die?", memory).queries[0]


def test_a_thread_is_resolved_turn_by_turn_and_knows_its_sources_titles() -> None:
    document = Document(id="d", url="https://example.org/curie", title="Marie Curie")
    cited = Sentence(
        start=0, end=10, citations=(Citation(source=1, passage_id="p", support=1),), verdict=Verdict.SUPPORTED
    )
    first = Answer(
        id="a",
        question=Question(text="who discovered radium"),
        text="She discovered it in 1898.",
        sentences=(cited,),
        sources=(Source(number=1, document=document, passages=()),),
    )
    second = Answer(id="b", question=Question(text="where was she born"), text="In Warsaw.")
    assert "Curie" in " ".join(standalone("when did she die", [first, second]).queries)


def test_whoever_asks_the_topic_is_the_threads() -> None:
    first = Answer(id="a", question=Question(text="Who was Marie Curie?"), text="A physicist.")
    assert "Curie" in standalone("what did she discover?", [first]).queries[0]


def answered(text: str, answer: str, title: str) -> Answer:
    document = Document(id=title, url=f"https://example.org/{title}", title=title)
    cited = Sentence(
        start=0, end=len(answer), citations=(Citation(source=1, passage_id="p", support=1),), verdict=Verdict.SUPPORTED
    )
    source = Source(number=1, document=document, passages=())
    return Answer(id=text, question=Question(text=text), text=answer, sentences=(cited,), sources=(source,))


TOWER = answered("when was the Eiffel Tower built?", "The Eiffel Tower was built for the 1889 Exposition.", "Paris")


def test_a_whole_question_begins_a_new_topic() -> None:
    whales = answered("what do whales eat", "Most whales eat krill.", "Whale")
    queries = standalone("how big are they", [TOWER, whales]).queries
    assert "whales" in queries[0]
    assert not any("Eiffel" in query for query in queries)


def test_a_whole_question_about_the_same_thing_keeps_the_topic() -> None:
    exposition = answered("when was the universal exposition of 1889", "It was held in Paris in 1889.", "Paris")
    assert "Eiffel" in standalone("how tall is the tower", [TOWER, exposition]).queries[0]


def test_where_no_source_has_a_title_the_words_tell_whether_the_topic_is_new() -> None:
    first = Answer(id="a", question=Question(text="who was marie curie"), text="Curie worked on radium and polonium.")
    same = Answer(id="b", question=Question(text="what is radium used for"), text="Radium was used in paint.")
    other = Answer(id="c", question=Question(text="what do whales eat"), text="Krill.")
    assert "curie" in " ".join(standalone("where was she born", [first, same]).queries)
    assert "curie" not in " ".join(standalone("how big are they", [first, other]).queries)


@pytest.mark.parametrize(
    "asked", ["when was the Eiffel Tower built?", "how is the Eiffel Tower painted", "what does the Eiffel Tower weigh"]
)
def test_the_verb_that_a_question_ends_in_is_no_part_of_the_topic(asked: str) -> None:
    assert resolve("how tall is it", [Said(asked, "It has.")]).queries[0] == "how tall is Eiffel Tower"


def test_thanks_in_between_leave_the_topic_as_it_is() -> None:
    thanks = Answer(id="t", question=Question(text="thanks!"), text="Ask a question.")
    assert "Eiffel Tower" in standalone("how tall is it", [TOWER, thanks]).queries[0]


def plain(text: str) -> set[str]:
    return {normal(word) for word in words(text) if word not in STOP_WORDS}


@pytest.mark.slow
def test_follow_ups_say_what_a_person_would_have_said(shared_data: Path) -> None:
    with lzma.open(shared_data / "qrecc-2k" / "turns.jsonl.xz", "rt") as lines:
        turns = [turn for turn in map(json.loads, lines) if turn["history"]]
    recall: list[float] = []
    precision: list[float] = []
    titled: list[bool] = []
    for turn in turns:
        said = turn["history"]
        memory = [Said(said[at], said[at + 1] if at + 1 < len(said) else "") for at in range(0, len(said), 2)]
        query, wanted = plain(resolve(turn["question"], memory).queries[-1]), plain(turn["rewrite"])
        recall.append(len(query & wanted) / len(wanted))
        precision.append(len(query & wanted) / len(query))
        title = re.sub(r"\(.*?\)", "", turn["url"].split("/wiki/")[-1].split("#")[0]).replace("_", " ")
        if "/wiki/" in turn["url"]:
            titled.append(plain(title) <= query)
    assert sum(recall) / len(recall) >= 0.80
    assert sum(precision) / len(precision) >= 0.60
    assert sum(titled) / len(titled) >= 0.66


def test_a_topic_is_not_taken_across_a_bracket() -> None:
    said = [Said("Who was Marie Curie?", "Marie Curie (Polish: Maria Curie) was a physicist.")]
    assert resolve("When did she die?", said).queries[0] == "When did Marie Curie die?"


def test_a_question_with_its_own_name_keeps_its_words() -> None:
    said = [Said("Who was Napoleon?", "Napoleon was an emperor of France, said Lucien. Napoleon won.")]
    assert resolve("Where was Napoleon born?", said).queries[0] == "Where was Napoleon born?"


def test_she_is_who_was_asked_for_wherever_the_answer_names_her() -> None:
    told = "A breach is reported to the data protection officer of the whole company, Ms Hanneke de Vries, in an hour."
    before = [Said("who is the data protection officer?", told, ("Employee Handbook 2026",))]
    assert resolve("what is her phone number?", before).queries[0] == "what is Ms Hanneke de Vries's phone number?"


def test_he_is_who_the_answer_before_gave_for_who() -> None:
    lisa = answered("Who painted the Mona Lisa?", "Mona Lisa is a painting by Leonardo da Vinci.", "Mona Lisa")
    (sentence,) = lisa.sentences
    short = Span(start=lisa.text.index("Leonardo"), end=len(lisa.text) - 1)
    lisa = lisa.model_copy(update={"sentences": (sentence.model_copy(update={"short": short}),)})
    assert standalone("what else did he paint?", [lisa]).queries[0] == "what else did Leonardo da Vinci paint?"
    assert standalone("where is it now?", [lisa]).queries[0] == "where is Mona Lisa now?"


def test_the_verb_that_a_question_begins_with_is_no_part_of_the_topic() -> None:
    assert resolve("where is it now", [Said("who painted the Mona Lisa", "It hangs.")]).topic == "Mona Lisa"


def test_what_only_came_near_is_not_what_the_thread_is_about() -> None:
    near = answered("what is copyright", "A goal of OpenBSD is to maintain copyrights.", "OpenBSD")
    near = near.model_copy(update={"degraded": (Degradation(part="sources", reason="no_answer", detail=""),)})
    assert standalone("how long does it last?", [near]).queries[0] == "how long does copyright last?"
