"""A thread is found by what was asked and answered in it, in any script, and no search is a syntax error."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from tests.library.story import answered, source

from pincite.library import Library, history
from pincite.types import Question


async def found(library: Library, search: str) -> list[str]:
    return [thread.id for thread in await library.threads(search=search)]


@pytest.mark.parametrize(
    "search",
    [
        "whales",
        "WHALES mammals",
        "mammals whales",
        "wha mam",
        "cetacea",
        "cafe",
        "CAFÉ",
        "3.14",
        "鯨",
        "哺乳",
        "類",
        "哺乳類",
        "한국",
        "kid's",
        "follow",
        "  whales\t",
    ],
)
async def test_a_thread_is_found_by_its_words_in_any_order(library: Library, search: str) -> None:
    await answered(library, "Bread?", "Flour, water.", thread_id="other")
    await answered(
        library,
        "What are whales in the Café?",
        "Mammals, 3.14 of them. 鯨は哺乳類です。 한국어. A kid's question.",
        thread_id="t",
        sources=[source(title="Cetacea")],
    )
    await answered(library, "A follow-up?", "Yes.", thread_id="t")
    assert await found(library, search) == ["t"]


@pytest.mark.parametrize("search", ["whales bread", "hales", "zebra", "!?*", '"', "w", "鯱"])
async def test_a_thread_without_one_of_the_words_is_not_found(library: Library, search: str) -> None:
    await answered(library, "What are whales?", "Mammals. 鯨", thread_id="t")
    await answered(library, "Bread?", "Flour.", thread_id="other")
    assert await found(library, search) == []


async def test_a_thread_that_is_found_shows_where_it_says_so(library: Library) -> None:
    text = "They live in the sea. Of all mammals the blue whale is the heaviest. Elephants are the next."
    await answered(library, "What are whales?", text, thread_id="t", sources=[source(title="Cetacea")])
    shown = {
        search: [thread.excerpt for thread in await library.threads(search=search)]
        for search in ("whales", "mamm heav", "cetac", "sea elephants")
    }
    assert shown == {
        "whales": [""],
        "mamm heav": ["Of all mammals the blue whale is the heaviest."],
        "cetac": ["Cetacea"],
        "sea elephants": ["They live in the sea."],
    }
    assert [thread.excerpt for thread in await library.threads()] == [""]


def test_an_excerpt_of_a_long_sentence_is_what_stands_around_the_word() -> None:
    text = f"{'Before it came much. ' * 3}{'so many words ' * 40}and a quokka {'and others ' * 40}."
    shown = history.excerpt({"quokka"}, [text])
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert "a quokka and" in shown
    assert len(shown) <= history.EXCERPT + 4
    assert history.excerpt({"鯨"}, ["それは鯨です。"]) == "それは鯨です。"
    assert history.excerpt({"quokka"}, ["## Here\n\n- A **quokka** in `code`"]) == "A quokka in code"
    assert history.excerpt({"zebra"}, [text]) == ""


async def test_a_question_is_found_before_its_answer_is_finished(library: Library) -> None:
    await library.begin(Question(text="What are whales?", thread_id="t"), "a1")
    assert await found(library, "whales") == ["t"]


async def test_a_renamed_thread_is_found_by_its_new_title_and_no_longer_by_the_old_alone(library: Library) -> None:
    await answered(library, "What are whales?", "Mammals.", thread_id="t")
    await library.rename("t", "Sea\x00 beasts")
    assert (await library.thread("t")).title == "Sea beasts"
    assert await found(library, "beasts") == await found(library, "whales mammals") == ["t"]
    await library.rename("t", "Giants")
    assert await found(library, "beasts") == []


async def test_blank_is_no_search(library: Library) -> None:
    await answered(library, "What are whales?", thread_id="t")
    assert await found(library, "  ") == ["t"]


async def test_no_search_is_a_syntax_error(library: Library) -> None:
    hostile = [
        '"',
        "'",
        "AND",
        "NOT whales",
        "a OR",
        "(",
        "*",
        "^a",
        "a:b",
        "words:x",
        "a' | 'b",
        "\\",
        "a\\'",
        "%",
        "NEAR(a b)",
    ]
    for search in [*hostile, "<->", ":*", "&", "!", "\x00", "a" * 10_000, " ".join(map(str, range(500))), "\U0001f40b"]:
        await library.threads(search=search)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(some.text(max_size=40))
def test_the_words_of_a_text_are_plain_whatever_it_is(text: str) -> None:
    for word in history.words(text):
        assert word.replace(" ", "") == word
        assert word.isalnum()
        assert 0 < len(word) <= history.LONGEST_WORD


async def test_very_long_answers_are_kept_and_found(library: Library) -> None:
    await answered(library, "q", " ".join(f"word{n}" for n in range(40_000)), thread_id="t")
    await answered(library, "late", "more", thread_id="t")
    assert await found(library, "word1") == ["t"]
