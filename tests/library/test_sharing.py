"""A share tells what its owner let it tell, until that is taken back; no byte of what was left out."""

from __future__ import annotations

import pytest
from tests.library.story import answered, source
from tests.web.tabled import TABLE, tabled

from pincite.errors import NotFound
from pincite.events import fold
from pincite.library import Library
from pincite.library.sharing import GAP, Left, Visibility, revealed, shown
from pincite.types import (
    QUERIED,
    Actor,
    Answer,
    Citation,
    Degradation,
    Document,
    Passage,
    Problem,
    Question,
    Sentence,
    Source,
    Span,
    Status,
    Usage,
    Verdict,
    new_id,
)

SECRET = "The merger is called Walrus."
FILE = Document(id="f1", url="file:///home/ada/walrus-plan.md", title="walrus-plan.md")


def mixed() -> Answer:
    """Three sentences: one from the web, one from a file, one from both."""
    passage = Passage(id="pf", document=FILE, text=SECRET, start=0, end=len(SECRET))
    ranked = source().model_copy(update={"signals": {"base": 1.0, "adds_trusted": 0.5}})
    sources = (ranked, Source(number=2, document=FILE, passages=(passage,)))
    texts = ("Whales are mammals.", SECRET, "Both say so.")
    at, sentences = 0, []
    for text, numbers in zip(texts, ((1,), (2,), (1, 2)), strict=True):
        cited = tuple(Citation(source=n, passage_id=f"p{n}", support=0.9) for n in numbers)
        short = Span(start=at, end=at + 4)
        sentences.append(
            Sentence(start=at, end=at + len(text), citations=cited, verdict=Verdict.SUPPORTED, short=short)
        )
        at += len(text) + 1
    ada = Actor(id="ada-7", kind="person", name="Ada")
    return Answer(
        id="a1",
        question=Question(text="What is it?", asker=ada, file_ids=("f1",)),
        model="local:words",
        text=" ".join(texts),
        sentences=tuple(sentences),
        sources=sources,
        follow_ups=("What is Walrus?",),
        status=Status.ANSWERED,
        degraded=(Degradation(part="model", reason="x", detail="http://10.0.0.7 refused"),),
        usage=Usage(model_calls=3),
        problem=Problem(type="x", title="x", detail="http://10.0.0.7"),
    )


async def test_a_share_is_live_keeps_its_address_and_is_gone_when_taken_back(library: Library) -> None:
    answer_id = await answered(library, "What is a whale?", "A mammal.")
    thread_id = (await library.answer(answer_id)).question.thread_id
    assert await library.share_of(thread_id) is None
    first = await library.share(thread_id, Visibility.LINK)
    assert first is not None
    second = await library.share(thread_id, Visibility.PUBLIC, [Left.NAMES])
    assert second is not None
    assert second.token == first.token
    assert (await library.shared(first.token)).share == second
    assert (second.visibility, second.leaves_out) == (Visibility.PUBLIC, {Left.NAMES})
    assert await library.share(thread_id, Visibility.PRIVATE) is None
    with pytest.raises(NotFound, match="nothing is shared") as taken:
        await library.shared(first.token)
    with pytest.raises(NotFound) as never:
        await library.shared("never-was")
    assert str(taken.value) == str(never.value)
    third = await library.share(thread_id, Visibility.LINK)
    assert third is not None
    assert third.token not in {"", first.token}


async def test_a_thread_in_the_bin_is_shared_with_nobody_until_it_is_back(library: Library) -> None:
    answer_id = await answered(library, "What is a whale?", "A mammal.")
    thread_id = (await library.answer(answer_id)).question.thread_id
    share = await library.share(thread_id, Visibility.LINK)
    assert share is not None
    await library.bin_thread(thread_id)
    with pytest.raises(NotFound):
        await library.shared(share.token)
    with pytest.raises(NotFound):
        await library.share(thread_id, Visibility.PUBLIC)
    await library.restore_thread(thread_id)
    assert (await library.shared(share.token)).share == share
    await library.delete(thread_id)
    with pytest.raises(NotFound):
        await library.shared(share.token)


def test_what_a_share_tells_is_counted_before() -> None:
    told = revealed([mixed(), Answer(id="a2", question=Question(text="Running?"))])
    assert (told.answers, told.passages, told.files, told.names) == (1, 2, ("walrus-plan.md",), ("Ada",))


def test_never_shown_are_costs_errors_and_identifiers_of_people_and_files() -> None:
    (told,) = shown([mixed()], ())
    text = told.model_dump_json()
    assert [word for word in ("10.0.0.7", "ada-7", 'file_ids":["f1') if word in text] == []
    assert told.usage == Usage()
    assert [one.signals for one in told.sources] == [{}, {}]  # they tell of the server's rules
    assert told.question.asker.name == "Ada"
    assert told.text == mixed().text


def test_a_file_that_is_left_out_leaves_no_word() -> None:
    (told,) = shown([mixed()], {Left.FILES, Left.NAMES})
    text = told.model_dump_json()
    assert [word for word in ("Walrus", "walrus", "merger", "/home", "Ada") if word in text] == []
    assert told.text == f"Whales are mammals. {GAP} Both say so."
    spans = [told.text[s.start : s.end] for s in told.sentences]
    assert spans == ["Whales are mammals.", GAP, "Both say so."]
    assert [[c.source for c in s.citations] for s in told.sentences] == [[1], [], [1]]
    short = told.sentences[2].short
    assert short is not None
    assert told.text[short.start : short.end] == "Both"


@pytest.mark.parametrize(
    ("tail", "told"),
    [
        (" The merger is cal", f" {GAP}"),
        ("\n\n| Walrus | 12 |", f"\n\n{GAP}"),
        ("\n\n1. Walrus\n", f"\n\n{GAP}\n"),
        (" 12", f" {GAP}"),
        ("\n- ", "\n- "),
        (" \n", " \n"),
    ],
)
def test_where_an_answer_was_stopped_no_word_of_a_file_is_left(tail: str, told: str) -> None:
    answer = mixed().model_copy(update={"text": mixed().text + tail, "status": Status.STOPPED})
    (shared,) = shown([answer], {Left.FILES})
    assert shared.text == f"Whales are mammals. {GAP} Both say so.{told}"
    (whole,) = shown([answer], ())
    assert whole.text == answer.text
    # Built on a file alone, and stopped before its first sentence was complete.
    (shared,) = shown([answer.model_copy(update={"sentences": (), "text": tail})], {Left.FILES})
    assert shared.text == told
    # What rests on no file is shown as far as it was written.
    web = answer.model_copy(update={"sources": answer.sources[:1]})
    assert shown([web], {Left.FILES})[0].text == answer.text


@pytest.mark.parametrize(
    ("words", "verdict", "stays"),
    [
        ("They call it a sea lion's cousin.", Verdict.UNCITED, False),
        ("Nothing here answers this. The nearest passages are from “walrus-plan.md”.", Verdict.EXEMPT, False),
        ("Nothing here answers this for sure; this comes nearest.", Verdict.EXEMPT, True),
    ],
)
def test_what_rests_on_nobody_knows_what_or_names_a_file_is_not_told(words: str, verdict: Verdict, stays: bool) -> None:
    sentence = Sentence(start=0, end=len(words), verdict=verdict)
    answer = mixed().model_copy(update={"text": words, "sentences": (sentence,)})
    assert shown([answer], {Left.FILES})[0].text == (words if stays else GAP)
    web = answer.model_copy(update={"sources": answer.sources[:1]})
    assert shown([web], {Left.FILES})[0].text == words


def test_signs_around_sentences_stay_and_words_between_them_do_not() -> None:
    first, second = "Whales are mammals.", "They breathe air."
    text = f"- {first}\n- {second}\n\n**Walrus** {first}"
    at = [text.index(first), text.index(second), text.rindex(first)]
    cited = (Citation(source=1, passage_id="p1", support=0.9),)
    sentences = [
        Sentence(start=start, end=start + len(words), citations=cited, verdict=Verdict.SUPPORTED)
        for start, words in zip(at, (first, second, first), strict=True)
    ]
    (told,) = shown([mixed().model_copy(update={"text": text, "sentences": tuple(sentences)})], {Left.FILES})
    assert told.text == f"- {first}\n- {second}\n\n{GAP} {first}"
    assert [told.text[s.start : s.end] for s in told.sentences] == [first, second, first]


def test_rows_that_are_left_out_leave_their_sentence_and_nothing_else() -> None:
    answer = fold(tabled("a1", Question(text="How many customers?", sql=TABLE.sql)))
    (told,) = shown([answer], {Left.ROWS})
    text = told.model_dump_json()
    assert [word for word in ("SELECT", "523.06", "spent", QUERIED, "Ivoire", "Shop") if word in text] == []
    assert told.text == answer.text
    assert [(s.start, s.end, s.citations, s.verdict) for s in told.sentences] == [
        (0, len(answer.text), (), Verdict.SUPPORTED)
    ]
    assert (told.cards, told.sources[0].passages) == ((), ())
    for left in ((), {Left.FILES}, {Left.NAMES}):
        (told,) = shown([answer], left)
        assert (told.cards, told.sources, told.text) == (answer.cards, answer.sources, answer.text)


def test_rows_that_a_share_tells_are_counted_before() -> None:
    told = revealed([fold(tabled("a1", Question(text="?"))), mixed()])
    assert (told.databases, told.rows, told.files) == (("Shop",), 3, ("walrus-plan.md",))


def test_what_is_not_finished_is_not_shown() -> None:
    assert shown([Answer(id="a1", question=Question(text="Running?"))], ()) == []


async def test_no_two_addresses_are_alike(library: Library) -> None:
    tokens = set()
    for _ in range(20):
        answer_id = await answered(library, "What is a whale?", thread_id=new_id())
        share = await library.share((await library.answer(answer_id)).question.thread_id, Visibility.LINK)
        assert share is not None
        tokens.add(share.token)
    assert len(tokens) == 20
    assert min(map(len, tokens)) >= 24
