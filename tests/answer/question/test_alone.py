import pytest

from pincite.answer.question.alone import Reading, courtesy, reading
from pincite.answer.question.recall import Said, resolve

THREADS = {
    "tower": Said(
        "when was the Eiffel Tower built?",
        "The Eiffel Tower was built for the 1889 Universal Exposition as a temporary structure.",
        ("Paris",),
    ),
    "malaria": Said("what is malaria", "Malaria is an infectious disease of tropical regions.", ("Malaria",)),
    "curie": Said("who was marie curie", "Marie Curie was a Polish chemist who pioneered radiology.", ("Marie Curie",)),
    "france": Said("tell me about france", "France, officially the French Republic, is a country.", ("France",)),
}
WHOLE = """what do whales eat
who invented the telephone
when did ww2 end
when did the titanic sink
who was the first president of the united states?
what is gravity
how far is the moon
who wrote hamlet
how do plants make food
what causes earthquakes
who painted the mona lisa
when was the magna carta signed
what is the largest planet
how many planets are there in the solar system
where do penguins live
who was napoleon
what is the speed of light
define osmosis
tell me about volcanoes
what language is spoken in brazil
what is the capital of peru
why do people sleep
when did burma change its name
who is the actor that plays olaf in frozen
what is dna and how does it work
what are the symptoms of pneumonia
who is the president of the us
the history of rome
napoleon
and who wrote the odyssey""".splitlines()
GOING_ON = {
    "tower": """how tall is it|and its height?|who designed it|why?|how many floors?|who was the architect?|more detail
how tall is the tower|the height?|the engineer?|is there a lift|what about the stairs?|how many floors are there""",
    "malaria": """what are the symptoms?|how is it treated|the symptoms?|is there a cure|how many people die|symptoms
tell me more|what about prevention?|in africa?|how does the disease spread|can you die from it""",
    "curie": """when was she born|what did she discover?|and her husband?|what happened next|what else did she do
any awards?|early life|did he like that""",
    "france": """what is the capital?|the population?|how many people live there|what are the main exports|in 2010?
who is the president|what language do they speak|history|where is the country|what is the climate like|and in spain?""",
}
EITHER_WAY = """what is the capital?|how many floors?|who was the architect?|who was the mascot|what are popular trails
tickets|what is the impact on birds|when did the amendment pass"""


def parts(block: str) -> list[str]:
    return block.replace("\n", "|").split("|")


@pytest.mark.parametrize("text", WHOLE)
def test_a_whole_question_in_lower_case_is_searched_for_as_it_is_typed_whatever_was_asked_before(text: str) -> None:
    for said in THREADS.values():
        found = resolve(text, [said])
        assert found.queries[0] == text
        assert not found.dependent


@pytest.mark.parametrize(
    ("thread", "text"), [(name, text) for name, block in GOING_ON.items() for text in parts(block)]
)
def test_a_question_that_goes_on_takes_its_topic_along(thread: str, text: str) -> None:
    found = resolve(text, [THREADS[thread]])
    assert {"tower": "eiffel"}.get(thread, thread) in found.queries[0].lower()
    assert found.dependent


@pytest.mark.parametrize("text", parts(EITHER_WAY))
def test_a_question_that_can_be_read_either_way_is_searched_for_both_ways(text: str) -> None:
    found = resolve(text, [THREADS["tower"]])
    assert text in found.queries
    assert any("Eiffel" in query for query in found.queries)


@pytest.mark.parametrize("text", ["thanks!", "Thank you so much", "ok", "hi", "hello there", "cool", "great answer"])
def test_a_greeting_or_thanks_takes_nothing_over(text: str) -> None:
    for said in THREADS.values():
        assert resolve(text, [said]).queries == (text,)


def test_a_question_that_opens_politely_is_no_greeting() -> None:
    assert not courtesy("thanks, and how tall is it?")
    assert not courtesy("hi, what is gravity")


@pytest.mark.parametrize("text", ["how long does it take to fly to mars", "is it safe to eat raw eggs"])
def test_an_it_that_stands_for_what_comes_after_points_back_to_nothing(text: str) -> None:
    assert reading(text, frozenset(), frozenset()) is Reading.EITHER


@pytest.mark.parametrize(
    "text", ["what are the benefits of its oil", "how is it related to iron", "what caused that war"]
)
def test_a_pronoun_without_its_noun_in_the_question_points_back(text: str) -> None:
    assert reading(text, frozenset(), frozenset()) is Reading.FOLLOWS


def test_a_thing_asked_about_before_is_not_what_a_question_names_anew() -> None:
    assert reading("who owns the chain", frozenset(), frozenset()) is Reading.EITHER
    assert reading("who owns the chain", frozenset({"chain"}), frozenset()) is Reading.LIKELY


def test_a_short_question_in_another_language_is_searched_for_both_ways() -> None:
    found = resolve("und die höhe?", [THREADS["tower"]])
    assert found.queries[0].startswith("und die höhe Eiffel Tower")
    assert "und die höhe?" in found.queries
