"""The whole house, on a small real index, without a model: ask, follow, stop, come back."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from tests.encoders import small

from pincite.encoders.cross import CrossEncoder
from pincite.engine import AnswerEngine
from pincite.errors import BadQuestion, Conflict, Damaged, DiskFull, NotFound, UnknownFocus, UnknownModel
from pincite.events import Event, Finished, Stamped, Started, Stepped, fold
from pincite.index import Index
from pincite.ports import Deadline, Query
from pincite.rank.told import told
from pincite.settings import AnswerSettings, EndpointSettings, ModelSettings, RankSettings, Settings, WidgetSettings
from pincite.testing.lookup_server import LookupServer
from pincite.testing.loopback import running as running_lookups
from pincite.testing.model_server import running
from pincite.types import Document, Filters, Hit, Original, Passage, Question, Status, Verdict

TOWER = (
    "The Eiffel Tower is a wrought-iron lattice tower in Paris, France. It is 330 metres tall. "
    "The tower was designed by the company of the engineer Gustave Eiffel and opened in 1889."
)
WHALE = (
    "The blue whale is the largest animal known ever to have existed. It can reach a length of 29.9 metres. "
    "Blue whales feed almost exclusively on krill."
)


def original(name: str, text: str) -> Original:
    document = Document(url=f"https://example.org/{name}", title=name.replace("-", " ").title())
    return Original(document=document, text=text)


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[AnswerEngine]:
    settings = Settings(data_dir=tmp_path)
    with closing(Index.open(settings.index_dir, None, writer=True)) as index:
        index.add([original("eiffel-tower", TOWER), original("blue-whale", WHALE)])
    async with await AnswerEngine.open(settings, embed=True, env={}) as engine:
        yield engine


async def test_a_question_gets_a_cited_answer_without_a_model(engine: AnswerEngine) -> None:
    answer = await engine.answer(Question(text="How tall is the Eiffel Tower?"))
    assert answer.status is Status.ANSWERED
    assert "330 metres" in answer.text
    assert all(s.verdict is Verdict.SUPPORTED for s in answer.sentences)
    passages = {p.id: p for source in answer.sources for p in source.passages}
    for sentence in answer.sentences:
        for citation in sentence.citations:
            quote = citation.quote
            assert quote is not None
            assert (
                passages[citation.passage_id].text[quote.start : quote.end]
                == answer.text[sentence.start : sentence.end]
            )


async def test_a_widget_looks_up_what_it_needs_and_the_answer_says_who_failed_it(tmp_path: Path) -> None:
    async with running_lookups(LookupServer()) as server:
        rates = WidgetSettings(rates=f"{server.base_url('ecb')}/eurofxref-daily.xml", deadline_s=10)
        async with await AnswerEngine.open(Settings(data_dir=tmp_path / "one", widgets=rates), env={}) as engine:
            answer = await engine.answer(Question(text="100 usd in euros"))
        server.modes["ecb"] = "500"
        async with await AnswerEngine.open(Settings(data_dir=tmp_path / "other", widgets=rates), env={}) as engine:
            without = await engine.answer(Question(text="100 usd in euros"))
    assert answer.text.startswith("100 US dollars ≈ 92.59 euros, at ")
    assert (answer.sources, answer.degraded) == ((), ())
    assert ("currency", "status_500") in {(one.part, one.reason) for one in without.degraded}
    assert without.text.startswith("Nothing here answers this")


async def test_whoever_follows_later_sees_the_same_events(engine: AnswerEngine) -> None:
    answer_id = await engine.ask(Question(text="What do blue whales eat?"))
    first = [stamped async for stamped in engine.follow(answer_id)]
    again = [stamped async for stamped in engine.follow(answer_id, after=3)]
    assert again == first[3:]
    assert [s.seq for s in first] == list(range(1, len(first) + 1))
    assert isinstance(first[0].event, Started)
    assert isinstance(first[-1].event, Finished)
    assert await engine.library.answer(answer_id) == fold(s.event for s in first)


async def test_a_follow_up_is_understood_from_the_thread(engine: AnswerEngine) -> None:
    first = await engine.answer(Question(text="Who designed the Eiffel Tower?"))
    second = await engine.answer(Question(text="How tall is it?", thread_id=first.question.thread_id))
    assert "330 metres" in second.text


async def test_questions_of_one_thread_are_answered_one_after_the_other_and_know_each_other(
    engine: AnswerEngine,
) -> None:
    thread = "one-thread"
    first = await engine.ask(Question(text="Who designed the Eiffel Tower?", thread_id=thread))
    second = await engine.ask(Question(text="How tall is it?", thread_id=thread))
    other = await engine.ask(Question(text="What do blue whales eat?"))
    log = [stamped.event async for stamped in engine.follow(second)]
    assert (await engine.library.answer(first)).status is Status.ANSWERED
    assert [event.kind for event in log].count("started") == 1
    assert [event.step for event in log if isinstance(event, Stepped)][:2] == ["wait", "plan"]
    assert "330 metres" in fold(log).text
    steps = [stamped.event async for stamped in engine.follow(other)]
    assert "wait" not in [event.step for event in steps if isinstance(event, Stepped)]


async def test_a_question_that_waits_can_be_stopped(engine: AnswerEngine) -> None:
    thread = "one-thread"
    await engine.ask(Question(text="Who designed the Eiffel Tower?", thread_id=thread))
    waiting = await engine.ask(Question(text="How tall is it?", thread_id=thread))
    await engine.stop(waiting)
    assert (await engine.library.answer(waiting)).status is Status.STOPPED


async def test_a_question_that_nothing_answers_is_not_answered(engine: AnswerEngine) -> None:
    answer = await engine.answer(Question(text="Who won the chess championship of 1972?"))
    assert answer.status is Status.ANSWERED
    assert [d.reason for d in answer.degraded] == ["no_answer"]
    assert all(not s.citations for s in answer.sentences)


@pytest.mark.parametrize(
    ("question", "error"),
    [
        (Question(text="   "), BadQuestion),
        (Question(text="why " * 30_000), BadQuestion),
        (Question(text="\x00\x01\x02"), BadQuestion),
        (Question(text="Why?", focus="moon"), UnknownFocus),
        (Question(text="Why?", model="nobody:nothing"), UnknownModel),
    ],
)
async def test_a_bad_question_is_refused_and_nothing_is_kept(
    engine: AnswerEngine, question: Question, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await engine.ask(question)
    assert await engine.library.threads() == []


async def test_the_same_key_asks_once(engine: AnswerEngine) -> None:
    question = Question(text="What do blue whales eat?")
    first = await engine.ask(question, key="k1")
    assert await engine.ask(Question(text=question.text), key="k1") == first
    with pytest.raises(Conflict):
        await engine.ask(Question(text="Something else?"), key="k1")


async def test_stopping_keeps_the_answer_and_says_so(engine: AnswerEngine) -> None:
    answer_id = await engine.ask(Question(text="How tall is the Eiffel Tower?"))
    await engine.stop(answer_id)
    answer = await engine.library.answer(answer_id)
    assert answer.status in {Status.STOPPED, Status.ANSWERED}
    with pytest.raises(NotFound):
        await engine.stop("nothing")


async def test_an_engine_may_be_closed_twice(tmp_path: Path) -> None:
    engine = await AnswerEngine.open(Settings(data_dir=tmp_path), env={})
    await engine.close()
    await asyncio.wait_for(engine.close(), 60)


async def test_an_engine_that_closes_leaves_no_answer_open(tmp_path: Path) -> None:
    async with await AnswerEngine.open(Settings(data_dir=tmp_path), env={}) as engine:
        answer_id = await engine.ask(Question(text="How tall is the Eiffel Tower?"))
    async with await AnswerEngine.open(Settings(data_dir=tmp_path), env={}) as engine:
        assert (await engine.library.answer(answer_id)).status is not Status.RUNNING


async def test_a_search_for_what_is_no_text_is_refused_by_its_code(engine: AnswerEngine) -> None:
    with pytest.raises(BadQuestion, match=r"U\+DCE9"):
        await engine.search(Query("caf\udce9"))


async def test_search_explains_its_ranks(engine: AnswerEngine) -> None:
    hits = await engine.search(Query("largest animal", limit=1))
    assert [hit.passage.document.title for hit in hits] == ["Blue Whale"]
    assert "bm25" in hits[0].signals


async def test_two_engines_read_one_data_folder(engine: AnswerEngine) -> None:
    async with await AnswerEngine.open(engine.settings, env={}) as second:
        answers = await asyncio.gather(
            engine.answer(Question(text="What do blue whales eat?")),
            second.answer(Question(text="What do blue whales eat?")),
        )
    assert answers[0].text == answers[1].text != ""


async def test_vectors_follow_while_others_may_write(engine: AnswerEngine) -> None:
    for _ in range(1200):
        status = engine.index.status()
        if status.embedded == 2 and status.writer is None:
            break
        await asyncio.sleep(0.05)
    with closing(Index.open(engine.settings.index_dir, None, writer=True)) as index:
        index.add([original("krill", "Krill are small crustaceans of the order Euphausiacea, found in all oceans.")])
    answer = await engine.answer(Question(text="What are krill?"))
    assert "small crustaceans" in answer.text


async def test_whoever_asks_comes_before_what_is_embedded_in_the_background(
    engine: AnswerEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking: list[int] = []
    search = engine._index_search.search

    async def watched(query: Query, deadline: Deadline) -> Sequence[Hit]:
        asking.append(engine._precedence._asking)
        return await search(query, deadline)

    monkeypatch.setattr(engine._index_search, "search", watched)
    await engine.answer(Question(text="How tall is the Eiffel Tower?"))
    await asyncio.gather(*(run.task for run in engine._runs.values()))
    await engine.search(Query("largest animal"))
    assert set(asking) == {1}
    assert engine._precedence._asking == 0
    assert engine.files._behind is engine._behind


async def test_a_document_with_thumbs_up_stands_before_an_equal_one_and_tells_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pincite.engine.THUMBS_S", 0.0)
    settings = Settings(data_dir=tmp_path, rank=RankSettings(cross_encoder="none"))
    copies = [Document(url=f"https://{host}.example/tower", title="Eiffel Tower") for host in ("one", "two")]
    with closing(Index.open(settings.index_dir, None, writer=True)) as index:
        index.add([Original(document=document, text=TOWER) for document in copies])
    query = Query("How tall is the Eiffel Tower?")
    async with await AnswerEngine.open(settings, env={}) as engine:
        (best,) = await engine.search(query)  # it stands for its copy
        assert "liked" not in best.signals
        without = Filters(exclude_documents=(best.passage.document.id,))
        answer = await engine.answer(Question(text=query.text, filters=without))
        for person in ("ada", "bob", "eve"):
            await engine.library.judge(answer.id, person, "up")
        (liked,) = await engine.search(query)
        assert liked.passage.document.url != best.passage.document.url
        assert "+0.30 because people have judged it" in list(told(liked))
        monkeypatch.setattr("pincite.engine.THUMBS_S", 60.0)
        await engine.search(query)
        await engine.library.judge(answer.id, "eve", "down")
        assert list(await engine.search(query)) == [liked]  # thumbs are not counted for every question


async def test_the_shipped_cross_encoder_rereads_and_reads_and_one_of_ones_own_stands_in_for_it(tmp_path: Path) -> None:
    def using(name: str) -> Settings:
        rank, answer = RankSettings(read_s=60, cross_encoder=name), AnswerSettings(read_s=60)
        return Settings(data_dir=tmp_path, rank=rank, answer=answer)

    with closing(Index.open(using("").index_dir, None, writer=True)) as index:
        index.add([original("eiffel-tower", TOWER), original("blue-whale", WHALE)])
    query = Query("largest animal tower")
    async with await AnswerEngine.open(using("none"), env={}) as without:
        assert all("reranker" not in hit.signals for hit in await without.search(query))
    async with await AnswerEngine.open(using(""), env={}) as shipped:
        logits = [hit.signals["reranker"] for hit in await shipped.search(query)]
        answer = await shipped.answer(Question(text="How tall is the Eiffel Tower?"))
        (short,) = [answer.text[one.short.start : one.short.end] for one in answer.sentences if one.short]
        assert "330" in short
    small.folder(using("").cross_dir)
    async with await AnswerEngine.open(using(""), env={}) as own:
        assert [hit.signals["reranker"] for hit in await own.search(query)] != logits


async def test_a_cross_encoder_that_was_asked_for_and_is_not_there_is_an_error(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, rank=RankSettings(cross_encoder=str(tmp_path / "gone")))
    with pytest.raises(Damaged, match="gone"):
        await AnswerEngine.open(settings, env={})


async def test_before_a_model_writes_rereading_has_less_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    had: list[float] = []

    def score(cross: CrossEncoder, question: str, passages: Sequence[Passage], deadline: Deadline) -> list[float]:
        had.append(deadline.left())
        return [0.0] * len(passages)

    monkeypatch.setattr(CrossEncoder, "score", score)
    async with running() as server:
        models = ModelSettings(endpoints={"here": EndpointSettings(base_url=server.base_url, models=("tester",))})
        settings = Settings(data_dir=tmp_path, models=models, rank=RankSettings(read_s=2000, read_with_model_s=1000))
        with closing(Index.open(settings.index_dir, None, writer=True)) as index:
            index.add([original("eiffel-tower", TOWER)])
        async with await AnswerEngine.open(settings, env={}) as engine:
            for model in ("none", "here:tester"):
                await engine.answer(Question(text="How tall is the Eiffel Tower?", model=model))
    assert [round(left_s, -3) for left_s in had] == [2000, 1000]


async def test_an_answer_is_closed_once_the_disk_has_room_again_however_long_that_takes(
    engine: AnswerEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    full, kept = [DiskFull("no room", hint="free some space")] * 8, engine.library.append

    async def append(answer_id: str, events: Sequence[Event]) -> list[Stamped]:
        if full:
            raise full.pop()
        return await kept(answer_id, events)

    monkeypatch.setattr("pincite.library.run.PAUSES_S", (0.01, 0.02))
    monkeypatch.setattr(engine.library, "append", append)
    answer_id = await engine.ask(Question(text="How tall is the Eiffel Tower?"))
    async with asyncio.timeout(30):
        told = [stamped.event async for stamped in engine.follow(answer_id)]
    assert isinstance(told[-1], Finished)
    assert (await engine.library.answer(answer_id)).status is Status.FAILED


async def test_a_disk_that_stays_full_keeps_no_server_from_stopping(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def append(*_: object) -> list[Stamped]:
        raise DiskFull("no room", hint="free some space")

    monkeypatch.setattr("pincite.library.run.PAUSES_S", (0.01, 60.0))
    engine = await AnswerEngine.open(Settings(data_dir=tmp_path), env={})
    monkeypatch.setattr(engine.library, "append", append)
    await engine.ask(Question(text="How tall is the Eiffel Tower?"))
    await asyncio.sleep(0.2)
    async with asyncio.timeout(20):
        await engine.close()
