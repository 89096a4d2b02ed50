from collections.abc import Callable, Sequence

import numpy as np
import pytest

from pincite.answer.question.plan import plan
from pincite.answer.quote.candidates import candidates
from pincite.answer.quote.score import EMBEDDED, FEATURES, WITH_VECTORS, WITHOUT_VECTORS, Scored, score
from pincite.ports import Deadline, Vectors
from pincite.types import Hit, Question


class Counting:
    """An ``Embedder`` that says how much it was asked for; every text is the same to it."""

    name = "counting"
    dimensions = 2

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.sizes.append(len(texts))
        return np.tile(np.array([[1, 0]], np.float32), (len(texts), 1))


class Naming:
    """An ``Embedder`` to which a passage has the cosine of the word that it begins with."""

    name = "naming"
    dimensions = 2

    def __init__(self, cosines: dict[str, float]) -> None:
        self.cosines = cosines

    def embed(self, texts: Sequence[str]) -> Vectors:
        cosines = [next((c for word, c in self.cosines.items() if text.startswith(word)), 1.0) for text in texts]
        return np.array([[c, (1 - c * c) ** 0.5] for c in cosines], np.float32)


def run(question: str, hits: list[Hit], embedder: Counting | None = None) -> Scored:
    return score(plan(Question(text=question)), hits, candidates(hits), embedder)


def test_chances_of_all_sentences_sum_to_one(hit: Callable[..., Hit]) -> None:
    found = run("when did it open", [hit("A", "It opened in 1889. It is tall."), hit("B", "Other things. More.")])
    assert found.chance.sum() == pytest.approx(1)
    assert found.features.shape == (4, len(FEATURES))


def test_no_sentence_has_no_chance() -> None:
    assert len(run("when", []).chance) == 0


def test_the_sentence_with_the_rare_word_beats_the_one_with_the_common_word(hit: Callable[..., Hit]) -> None:
    text = "Foxes are quick. Foxes are red. Foxes hunt at dusk. Foxes are clever."
    found = run("when do foxes hunt", [hit("Fox", text)])
    assert int(found.chance.argmax()) == 2


def test_a_question_of_time_prefers_a_sentence_with_a_time(hit: Callable[..., Hit]) -> None:
    text = "The tower was opened by the mayor. The tower was opened in 1889. The tower was opened with joy."
    found = run("When was the tower opened?", [hit("Tower", text)])
    assert int(found.chance.argmax()) == 1


def test_only_the_lexically_best_sentences_are_embedded_in_one_go(hit: Callable[..., Hit]) -> None:
    embedder = Counting()
    found = run("what is red", [hit("A", " ".join(f"Thing {n} is red." for n in range(60)))], embedder)
    assert embedder.sizes == [1 + EMBEDDED, 1], "the question and the sentences; then the hit that has no vector yet"
    assert len(found.vectors) == EMBEDDED


def test_a_hit_whose_vector_is_there_is_not_embedded_again(hit: Callable[..., Hit]) -> None:
    embedder = Counting()
    fresh, known = hit("A", "A thing is red."), hit("B", "Another thing is red.")
    known = known.model_copy(update={"signals": {**known.signals, "dense": 0.25}})
    found = run("what is red", [fresh, known], embedder)
    assert embedder.sizes == [1 + 2, 1]
    assert list(found.column("hit_dense")) == [1.0, 0.25]


def test_of_hits_without_a_vector_only_those_with_the_best_sentences_are_embedded(hit: Callable[..., Hit]) -> None:
    embedder = Counting()
    many = hit("A", " ".join(f"Thing {n} is red." for n in range(EMBEDDED)))
    found = run("what is red", [many, hit("B", "Nothing of that kind.")], embedder)
    assert embedder.sizes == [1 + EMBEDDED, 1]
    assert found.column("hit_dense")[-1] == 1.0, "the least of those that are known"


def test_hits_without_a_vector_are_embedded_as_far_as_there_is_time_best_first(hit: Callable[..., Hit]) -> None:
    ticks = iter([0.0, 2.0])
    hits = [hit(name, f"The {name} is red.") for name in ("ant", "bee", "cat", "dog")]
    embedder = Naming({"is red": 0.0, "ant": 0.9, "bee": 0.8, "cat": 0.7, "dog": 0.6})
    found = score(
        plan(Question(text="what is red")), hits, candidates(hits), embedder, Deadline(1.0, clock=lambda: next(ticks))
    )
    assert found.column("hit_dense") == pytest.approx([0.9, 0.8, 0.8, 0.8])


def test_without_time_no_hit_is_embedded_and_all_are_alike(hit: Callable[..., Hit]) -> None:
    hits = [hit("A", "The ant is red."), hit("B", "The bee is red.")]
    embedder = Counting()
    found = score(
        plan(Question(text="what is red")), hits, candidates(hits), embedder, Deadline(0.0, clock=lambda: 1.0)
    )
    assert embedder.sizes == [3]
    assert list(found.column("hit_dense")) == [0.0, 0.0]


def test_a_number_of_the_wrong_kind_is_no_answer(hit: Callable[..., Hit]) -> None:
    found = run("How tall is the tower?", [hit("A", "The tower has 300 rooms. The tower is of 324 metres.")])
    assert found.chance[1] > found.chance[0]


def test_a_sentence_that_says_why_beats_one_with_the_words_alone(hit: Callable[..., Hit]) -> None:
    text = "A blue sky is a good sign for sailors. Weather is odd. The blue of the sky is due to scattering."
    found = run("Why is the sky blue?", [hit("Oxygen", text)])
    assert int(found.chance.argmax()) == 2


def test_a_strong_verb_is_known_by_its_past(hit: Callable[..., Hit]) -> None:
    found = run("When did the ship sink?", [hit("A", "The ship left in 1912. The ship sank in 1913.")])
    assert found.chance[1] > found.chance[0]


def test_both_sets_of_weights_name_every_feature() -> None:
    assert set(WITH_VECTORS) == set(WITHOUT_VECTORS) == set(FEATURES)


@pytest.mark.parametrize("question", ["how many basses are in the choir?", "how much was spent on basses?"])
def test_no_reader_can_prefer_another_row_to_the_one_that_is_asked_for(hit: Callable[..., Hit], question: str) -> None:
    text = "The choir had 43 members in 2025.\n\nVoice: Soprano; Spent: 15\n\nVoice: Bass; Spent: 8"
    chance = run(question, [hit("choir", text)]).chance
    assert chance[2] == chance.max()
    assert chance[1] < chance[2] / 500


def test_the_sentence_about_another_of_the_numbered_things_is_far_behind(hit: Callable[..., Hit]) -> None:
    text = "Release 2.1 came out in May. Release 2.2 came out when it was ready."
    chance = run("when did release 2.2 come out?", [hit("News", text)]).chance
    assert chance[0] < chance[1] / 100


def test_a_list_of_changes_answers_for_the_version_that_its_heading_names(hit: Callable[..., Hit]) -> None:
    text = "# 2.2\n\nThe least Python is 3.11.\n\n# 2.1\n\nThe least Python is 3.9."
    chance = run("What is the least Python of 2.1?", [hit("Changes", text)]).chance
    assert chance[3] > 0.9
