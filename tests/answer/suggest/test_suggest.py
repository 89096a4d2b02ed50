from collections.abc import Callable

from pincite.answer.gather import Gathered, number
from pincite.answer.question.plan import plan
from pincite.answer.suggest.suggest import proposals, suggest
from pincite.ports import Deadline
from pincite.types import Answer, Filters, Hit, Question


def gathered(hits: list[Hit]) -> Gathered:
    return Gathered(tuple(hits), number(hits), (), (), 1)


def with_heading(hit: Hit, *headings: str) -> Hit:
    return hit.model_copy(update={"passage": hit.passage.model_copy(update={"headings": headings})})


def test_questions_that_a_document_asks_are_proposed(hit: Callable[..., Hit]) -> None:
    hits = [hit("Honey", "Bees make it. Why does honey not spoil? It is acidic.")]
    assert "Why does honey not spoil?" in proposals(plan(Question(text="what is honey")), hits)


def test_a_heading_becomes_a_question_about_its_document(hit: Callable[..., Hit]) -> None:
    one = with_heading(hit("Eiffel Tower", "The Eiffel Tower was built by men. The Eiffel Tower is high."), "History")
    assert "What is the history of the Eiffel Tower?" in proposals(plan(Question(text="how tall is it")), [one])


def test_headings_that_hold_no_subject_are_left_alone(hit: Callable[..., Hit]) -> None:
    one = with_heading(hit("Fox", "A fox is red."), "See also")
    assert not any("also" in text for text in proposals(plan(Question(text="fox colour")), [one]))


def test_templates_are_for_english_questions_only(hit: Callable[..., Hit]) -> None:
    one = with_heading(hit("Fuchs", "Der Fuchs ist ein Tier und lebt im Wald."), "History")
    assert proposals(plan(Question(text="Wo lebt der Fuchs und was frisst er?")), [one]) == []


async def test_what_the_index_can_not_answer_is_not_suggested(shelf, hit: Callable[..., Hit]) -> None:  # type: ignore[no-untyped-def]
    hits = [hit("Honey", "Does the walrus enjoy chess problems? Why does honey not spoil?")]
    made = plan(Question(text="what is honey"))
    found = await suggest(made, gathered(hits), [], {"index": shelf}, Filters(), Deadline.after(5))
    assert found == ("Why does honey not spoil?",)


async def test_what_was_asked_is_not_suggested_again(shelf, hit: Callable[..., Hit]) -> None:  # type: ignore[no-untyped-def]
    hits = [hit("Honey", "Why does honey not spoil? Why does the honey not spoil?")]
    made = plan(Question(text="what is honey"))
    before = [Answer(id="a", question=Question(text="why doesn't honey spoil"))]
    assert await suggest(made, gathered(hits), before, {"index": shelf}, Filters(), Deadline.after(5)) == ()


async def test_what_is_suggested_is_about_the_source_that_the_answer_cites(shelf, hit: Callable[..., Hit]) -> None:  # type: ignore[no-untyped-def]
    hits = [hit("Walrus", "Why does honey not spoil?"), hit("Honey", "Why does honey not spoil?")]
    made = plan(Question(text="how sweet is it"))
    found = [
        await suggest(made, gathered(hits), [], {"index": shelf}, Filters(), Deadline.after(5), cited)
        for cited in (0, 2)
    ]
    assert ["Why does honey not spoil?" in each for each in found] == [False, True]


async def test_nothing_found_suggests_nothing(shelf) -> None:  # type: ignore[no-untyped-def]
    made = plan(Question(text="what is honey"))
    assert await suggest(made, gathered([]), [], {"index": shelf}, Filters(), Deadline.after(5)) == ()


async def test_a_definition_is_asked_for_as_its_document_names_it(shelf, hit: Callable[..., Hit]) -> None:  # type: ignore[no-untyped-def]
    hits = [hit("Honey", "Honey feeds the Blue Whale, they say."), hit("Blue Whale", "It is large.")]
    made = plan(Question(text="what is honey"))
    found = await suggest(made, gathered(hits), [], {"index": shelf}, Filters(), Deadline.after(5))
    assert "What is the blue whale?" in found


def test_a_document_that_the_main_one_does_not_name_is_left_alone(hit: Callable[..., Hit]) -> None:
    hits = [hit("Honey", "Honey is sweet."), hit("Blue Whale", "It is large.")]
    assert proposals(plan(Question(text="what is honey")), hits) == []


def test_a_person_named_by_where_they_work_is_not_asked_for_as_a_thing(hit: Callable[..., Hit]) -> None:
    name = "Frank Reith of the Australian National University"
    one = hit("Gold bacteria", f"The bacteria were found by {name}. In 2009 {name} described the gold bacteria.")
    assert not any("Reith" in text for text in proposals(plan(Question(text="what are gold bacteria")), [one]))
