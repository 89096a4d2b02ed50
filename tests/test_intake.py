"""Small files go whole to the model that writes, large ones by the passages found; whatever is cited is exact."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from tests.crawl.serving import Page, Site, moved, serving

from pincite import readers
from pincite.engine import AnswerEngine
from pincite.errors import Damaged, DiskFull, NotFound, Unfetchable
from pincite.events import Stepped
from pincite.index import Index
from pincite.intake import small
from pincite.library import Library
from pincite.library.sharing import Left, Visibility
from pincite.ports import Deadline, Query
from pincite.settings import (
    AnswerSettings,
    EndpointSettings,
    FetchSettings,
    ModelSettings,
    RankSettings,
    Settings,
)
from pincite.testing.model_server import ModelServer, running
from pincite.types import Actor, Answer, Degradation, Hit, Question, Upload

FILLER = " ".join(
    f"The {name} committee met in room {number} and spoke about the budget of the {name} fund and its reserves."
    for number, name in enumerate(("north", "south", "east", "west", "upper", "lower", "inner", "outer") * 4)
)
LAST = "The code word of the archive is heliotrope."
ASKED = "What did the north committee speak about?"
"""Words of the beginning: the last passage shares none with it."""


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with running(ModelServer(answer="The code word of the archive is heliotrope [1].")) as one:
        yield one


@pytest.fixture
async def engine(tmp_path: Path, server: ModelServer) -> AsyncIterator[AnswerEngine]:
    endpoint = EndpointSettings(base_url=server.base_url, models=("tester",))
    settings = Settings(
        data_dir=tmp_path,
        models=ModelSettings(default="here:tester", endpoints={"here": endpoint}),
        answer=AnswerSettings(sources=2),
        rank=RankSettings(cross_encoder="none"),
        fetch=FetchSettings(allow_private=("127.0.0.1",)),
    )
    async with await AnswerEngine.open(settings, env={}) as opened:
        yield opened


async def handed_in(engine: AnswerEngine, name: str, text: str, *, with_threads: bool = False) -> Upload:
    content = engine.settings.data_dir / "content"
    content.write_text(text)
    upload = await engine.files.take(name, content, "me", with_threads=with_threads)
    async with asyncio.timeout(120):
        while engine.files.is_reading([upload.id]):
            await asyncio.sleep(0.02)
    return engine.files.uploads.get(upload.id)


async def answered(
    engine: AnswerEngine, *uploads: Upload, text: str = ASKED, **more: object
) -> tuple[Answer, list[str]]:
    """The answer, and what was told of gathering."""
    question = Question.model_validate({"text": text, "file_ids": [one.id for one in uploads], **more})
    answer_id = await engine.ask(question)
    log = [stamped.event async for stamped in engine.follow(answer_id)]
    told = [event.detail for event in log if isinstance(event, Stepped) and event.step == "gather"]
    return await engine.library.answer(answer_id), told


def prompt(server: ModelServer) -> str:
    return str(server.requests[-1]["messages"][-1]["content"])


async def test_what_no_search_finds_in_a_small_file_is_in_the_prompt_and_is_cited(
    engine: AnswerEngine, server: ModelServer
) -> None:
    upload = await handed_in(engine, "minutes.txt", f"{FILLER}\n\n{LAST}")
    answer, told = await answered(engine, upload)
    assert LAST in prompt(server)
    assert "(the whole text)" in prompt(server)
    assert "whole: minutes" in told
    (source,) = answer.sources
    assert [passage.start for passage in source.passages] == sorted(passage.start for passage in source.passages)
    assert " ".join(passage.text for passage in source.passages).split() == f"{FILLER} {LAST}".split()
    (citation,) = answer.sentences[0].citations
    cited = next(passage for passage in source.passages if passage.id == citation.passage_id)
    assert citation.quote is not None
    assert cited.text[citation.quote.start : citation.quote.end] == LAST


async def test_a_file_beyond_the_budget_comes_by_its_passages(engine: AnswerEngine, server: ModelServer) -> None:
    upload = await handed_in(engine, "minutes.txt", f"{FILLER} " * 12 + f"\n\n{LAST}")
    assert upload.tokens is not None
    assert upload.tokens > engine.settings.answer.whole_tokens / 2
    answer, told = await answered(engine, upload)
    assert LAST not in prompt(server)
    assert "(the whole text)" not in prompt(server)
    assert sum(len(source.passages) for source in answer.sources) <= 2
    assert not any("whole" in detail for detail in told)


async def test_of_several_files_the_small_ones_are_whole_and_the_large_one_is_not_forgotten(
    engine: AnswerEngine, server: ModelServer
) -> None:
    large = await handed_in(engine, "large.txt", f"{FILLER} " * 12)
    note = await handed_in(engine, "note.txt", LAST)
    memo = await handed_in(engine, "memo.txt", "会议在北京举行。档案的密码是向日葵。")
    answer, told = await answered(engine, large, note, memo)
    assert LAST in prompt(server)
    assert "会议在北京举行。档案的密码是向日葵。" in prompt(server)
    assert "(parts of it)" in prompt(server)
    assert next(source.document.title for source in answer.sources) == "large"
    assert {source.document.title for source in answer.sources} == {"large", "memo", "note"}
    assert next(detail for detail in told if detail.startswith("whole:")).endswith("by passages: large")


async def test_chinese_goes_whole_and_is_cited_to_the_sentence(engine: AnswerEngine, server: ModelServer) -> None:
    text = "第一次会议讨论了预算。" * 60 + "\n\n档案的密码是向日葵。"
    upload = await handed_in(engine, "记录.txt", text)
    assert upload.tokens is not None
    assert upload.tokens >= 600
    server.answer = "档案的密码是向日葵 [1]。"
    answer, _ = await answered(engine, upload, text="第一次会议讨论了什么？")
    assert "档案的密码是向日葵。" in prompt(server)
    (citation,) = answer.sentences[0].citations
    cited = next(p for source in answer.sources for p in source.passages if p.id == citation.passage_id)
    assert citation.quote is not None
    assert cited.text[citation.quote.start : citation.quote.end] == "档案的密码是向日葵。"


async def test_a_source_that_is_left_out_is_not_whole_either(engine: AnswerEngine, server: ModelServer) -> None:
    note, memo = await handed_in(engine, "note.txt", LAST), await handed_in(engine, "memo.txt", FILLER)
    answer, _ = await answered(engine, note, memo)
    (out,) = (source.document.id for source in answer.sources if source.document.title == "note")
    again, told = await answered(engine, note, memo, filters={"exclude_documents": [out]})
    assert LAST not in prompt(server)
    assert {source.document.title for source in again.sources} == {"memo"}
    assert "whole: memo" in told


async def test_without_a_model_every_passage_is_a_candidate_and_few_are_shown(engine: AnswerEngine) -> None:
    upload = await handed_in(engine, "minutes.txt", f"{FILLER}\n\n{LAST}")
    answer, told = await answered(engine, upload, model="none", text="What is the code word of the archive?")
    assert "heliotrope" in answer.text
    assert sum(len(source.passages) for source in answer.sources) <= 2
    assert f"files: {upload.passages} passages" in told
    assert not any(detail.startswith("whole") for detail in told)


async def test_a_share_that_leaves_files_out_keeps_them_from_the_questions_of_others(engine: AnswerEngine) -> None:
    mine = await handed_in(engine, "note.txt", LAST)
    answer, _ = await answered(engine, mine)
    thread, ada = answer.question.thread_id, Actor(id="ada", kind="person", name="Ada")

    async def files_of(asker: Actor) -> tuple[str, ...]:
        return (
            await engine.answer(Question(text="And its code word?", thread_id=thread, asker=asker))
        ).question.file_ids

    assert await files_of(ada) == (mine.id,)
    await engine.library.share(thread, Visibility.LINK, [Left.FILES])
    assert await files_of(ada) == ()
    assert await files_of(Actor()) == (mine.id,)
    await engine.library.share(thread, Visibility.LINK)
    assert await files_of(ada) == (mine.id,)


# ── gone with the thread ──


async def gone(engine: AnswerEngine, upload: Upload) -> None:
    """Returns when nothing of the file is left."""
    folder = engine.settings.files_dir / upload.id
    async with asyncio.timeout(60):
        while folder.exists():
            await asyncio.sleep(0.02)
    with pytest.raises(NotFound):
        engine.files.uploads.get(upload.id)


async def test_what_was_attached_goes_with_its_last_thread_and_what_was_handed_in_stays(engine: AnswerEngine) -> None:
    attached = await handed_in(engine, "note.txt", LAST, with_threads=True)
    unasked = await handed_in(engine, "draft.txt", LAST, with_threads=True)
    stays = await handed_in(engine, "kept.txt", FILLER)
    first, _ = await answered(engine, attached, stays)
    second, _ = await answered(engine, attached)
    await engine.library.delete(first.question.thread_id)
    assert await engine.files.sweep(engine.library.files_named) == []
    assert engine.files.uploads.get(attached.id).asked
    await engine.library.delete(second.question.thread_id)
    await gone(engine, attached)
    assert {upload.id for upload in engine.files.uploads.all()} == {unasked.id, stays.id}


async def test_what_is_in_the_bin_keeps_its_files_and_comes_back_askable(
    engine: AnswerEngine, server: ModelServer
) -> None:
    attached = await handed_in(engine, "note.txt", LAST, with_threads=True)
    answer, _ = await answered(engine, attached)
    thread = answer.question.thread_id
    await engine.library.bin_thread(thread)
    assert await engine.files.sweep(engine.library.files_named) == []
    await engine.library.restore_thread(thread)
    again = await engine.answer(Question(text="And the code word?", thread_id=thread))
    assert again.question.file_ids == (attached.id,)
    assert LAST in prompt(server)
    assert again.degraded == ()
    await engine.library.bin_thread(thread)
    await engine.library.empty_bin(-1)
    await gone(engine, attached)


async def test_a_thread_that_another_process_deleted_is_noticed_when_the_engine_opens(
    engine: AnswerEngine,
) -> None:
    attached = await handed_in(engine, "note.txt", LAST, with_threads=True)
    answer, _ = await answered(engine, attached)
    await engine.close()
    async with await Library.open(engine.settings.library_url) as library:
        await library.delete(answer.question.thread_id)
    assert (engine.settings.files_dir / attached.id).exists()
    async with await AnswerEngine.open(engine.settings, env={}) as again:
        await gone(again, attached)


def test_the_budget_is_kept_to_the_token() -> None:
    def upload(tokens: int | None) -> Upload:
        return Upload.model_validate({"name": "a", "bytes": 1, "tokens": tokens, "created": "2026-01-01T00:00:00Z"})

    one, two, three, unknown = upload(10), upload(20), upload(30), upload(None)
    assert small([three, unknown, two, one], 60) == {one.id, two.id, three.id}
    assert small([three, two, one], 59) == {one.id, two.id}
    assert small([one], 9) == set()
    assert small([one], 0) == set()


# ── what fails ──


async def hits_of(engine: AnswerEngine, *uploads: Upload) -> tuple[set[str], list[Degradation]]:
    """The titles that a search of these finds, and what it goes without."""
    held = engine.files.backend([upload.id for upload in uploads])
    hits = await held.search(Query("heliotrope", whole_tokens=1000), Deadline.after(20))
    return titles(hits), list(hits.missing)


@pytest.mark.parametrize(
    ("failure", "why"),
    [
        (sqlite3.OperationalError("disk I/O error"), "it failed with OperationalError"),
        (Damaged("/srv/secret/index.sqlite3: malformed"), "stored data is damaged"),
        (OSError(24, "Too many open files", "/srv/secret"), "too many open files"),
    ],
)
async def test_a_file_that_fails_is_missing_with_the_reason_and_the_others_are_searched(
    engine: AnswerEngine, monkeypatch: pytest.MonkeyPatch, failure: Exception, why: str
) -> None:
    note, memo = await handed_in(engine, "note.txt", LAST), await handed_in(engine, "memo.txt", LAST)

    def failing() -> None:
        raise failure

    meanwhile(monkeypatch, failing)
    found, (missing,) = await hits_of(engine, note, memo)
    assert found == {"memo"}
    assert (missing.part, missing.reason) == ("a file", "failed")
    assert missing.detail == f"note.txt can't be searched: {why}"
    assert missing.hint


async def test_what_came_of_a_file_is_noted_once_the_disk_has_room_again(
    engine: AnswerEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures, noted = [OSError(28, "No space left on device")], engine.files.uploads.change

    def change(file_id: str, **known: object) -> Upload:
        if failures:
            raise failures.pop()
        return noted(file_id, **known)

    monkeypatch.setattr("pincite.intake._AGAIN_S", 0.01)
    monkeypatch.setattr(engine.files.uploads, "change", change)
    assert (await handed_in(engine, "note.txt", LAST)).status == "ready"


async def test_who_handed_a_file_in_is_told_no_path_of_this_server(
    engine: AnswerEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> Index:
        raise DiskFull(f"no room for {engine.settings.files_dir}/index", hint="free some space")

    monkeypatch.setattr(engine.files, "_writer", full)
    upload = await handed_in(engine, "note.txt", LAST)
    assert (upload.status, upload.why) == ("failed", "note.txt can't be read: the disk is full")


async def test_a_file_that_is_deleted_just_before_its_turn_is_missing_and_the_others_are_searched(
    engine: AnswerEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    note, memo = await handed_in(engine, "note.txt", LAST), await handed_in(engine, "memo.txt", LAST)
    meanwhile(monkeypatch, lambda: engine.files.uploads.remove(memo.id))
    found, (missing,) = await hits_of(engine, note, memo)
    assert (found, missing.reason) == ({"note"}, "gone")


async def test_a_file_whose_record_is_damaged_is_missing_and_the_others_are_searched(engine: AnswerEngine) -> None:
    note, memo = await handed_in(engine, "note.txt", LAST), await handed_in(engine, "memo.txt", LAST)
    (engine.settings.files_dir / note.id / "upload.json").write_text("{")
    found, (missing,) = await hits_of(engine, note, memo)
    assert (found, missing.part, missing.reason) == ({"memo"}, "a file", "failed")
    assert str(engine.settings.files_dir) not in missing.detail


@pytest.mark.parametrize(
    ("failure", "why"),
    [
        (OSError(24, "Too many open files", "/srv/secret"), "note.txt can't be read: too many open files"),
        (RuntimeError("a bug"), "note.txt can't be read: it failed with RuntimeError"),
    ],
)
async def test_a_file_whose_reading_breaks_has_failed_and_says_why(
    engine: AnswerEngine, monkeypatch: pytest.MonkeyPatch, failure: Exception, why: str
) -> None:
    def failing(*_: object) -> None:
        raise failure

    monkeypatch.setattr(readers, "Child", failing)
    note = await handed_in(engine, "note.txt", LAST)
    assert (note.status, note.why) == ("failed", why)
    assert note.hint
    _, (missing,) = await hits_of(engine, note)
    assert (missing.reason, missing.detail) == ("failed", why)


# ── an index is open while somebody asks it ──


class Closing:
    """Whose indexes are closed that were asked, in order; those that make vectors come and go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.closed: list[str] = []
        close = Index.close

        def closing(index: Index) -> None:
            self.closed += [index.directory.parent.name] if index._lock is None else []
            close(index)

        monkeypatch.setattr(Index, "close", closing)


def meanwhile(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """``happens`` while the next search of an index has begun."""
    search = Index.search

    def searching(index: Index, query: Query, **how: Any) -> list[Hit]:
        monkeypatch.setattr(Index, "search", search)
        happens()
        return search(index, query, **how)

    monkeypatch.setattr(Index, "search", searching)


def titles(hits: Sequence[Hit]) -> set[str]:
    return {hit.passage.document.title for hit in hits}


async def test_an_index_that_must_make_room_is_closed_by_the_last_who_asks_it(
    engine: AnswerEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pincite.intake._OPEN", 1)
    note, memo = await handed_in(engine, "note.txt", LAST), await handed_in(engine, "memo.txt", LAST)
    closing = Closing(monkeypatch)
    query = Query("heliotrope")
    while_asked: list[str] = []

    def room_is_made() -> None:
        assert titles(engine.files.search(memo.id, query)) == {"memo"}
        while_asked.extend(closing.closed)

    meanwhile(monkeypatch, room_is_made)
    assert titles(engine.files.search(note.id, query)) == {"note"}
    assert while_asked == []
    assert closing.closed == [note.id]
    assert titles(engine.files.search(note.id, query, all_of_it=True)) == {"note"}
    assert closing.closed == [note.id, memo.id]


async def test_a_file_that_is_deleted_while_it_is_asked_answers_once_more(
    engine: AnswerEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = await handed_in(engine, "note.txt", LAST)
    closing = Closing(monkeypatch)
    loop = asyncio.get_running_loop()
    while_asked: list[str] = []

    def it_is_deleted() -> None:
        asyncio.run_coroutine_threadsafe(engine.files.remove(note.id), loop).result(20)
        while_asked.extend(closing.closed)

    meanwhile(monkeypatch, it_is_deleted)
    hits = await asyncio.to_thread(engine.files.search, note.id, Query("heliotrope"))
    assert titles(hits) == {"note"}
    assert while_asked == []
    assert closing.closed == [note.id]
    assert not (engine.settings.files_dir / note.id).exists()


async def test_a_file_that_is_deleted_before_its_vectors_are_made_stays_deleted(engine: AnswerEngine) -> None:
    note = await handed_in(engine, "note.txt", LAST)
    await engine.files.remove(note.id)
    await asyncio.to_thread(engine.files._embed, note.id)
    assert not (engine.settings.files_dir / note.id).exists()


async def test_what_fails_since_the_file_is_deleted_says_that_it_is(
    engine: AnswerEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = await handed_in(engine, "note.txt", LAST)

    def it_is_deleted() -> None:
        engine.files.uploads.remove(note.id)
        raise sqlite3.OperationalError("unable to open database file")

    meanwhile(monkeypatch, it_is_deleted)
    with pytest.raises(NotFound):
        engine.files.search(note.id, Query("heliotrope"))


# ── pages by their address ──


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with serving() as made:
        yield made


async def fetched(engine: AnswerEngine, url: str, most_bytes: int = 100_000) -> Upload:
    upload = await engine.files.take_page(url, "me", most_bytes=most_bytes, with_threads=True)
    async with asyncio.timeout(120):
        while engine.files.is_reading([upload.id]):
            await asyncio.sleep(0.02)
    return engine.files.uploads.get(upload.id)


async def test_a_page_is_fetched_once_read_as_its_server_says_and_cited(engine: AnswerEngine, site: Site) -> None:
    body = f"<title>Archiv</title><body><p>{FILLER} Das Kennwort heißt Löwenzahn.</p>"
    site.pages["/archiv"] = Page(body.encode("latin-1"), kind="text/html; charset=iso-8859-1")
    site.pages["/"] = moved("/archiv")
    upload = await fetched(engine, site.url())
    assert (upload.status, upload.name, upload.address) == ("ready", "127.0.0.1 archiv.html", site.url("/archiv"))
    assert upload.with_threads
    assert site.targets() == ["/", "/archiv"]
    text = engine.files.text(upload)
    assert text is not None
    assert "Das Kennwort heißt Löwenzahn." in text.text
    answer, _ = await answered(engine, upload, model="none")
    assert "the budget of the north fund" in answer.text
    assert answer.sources[0].document.title == "Archiv"


@pytest.mark.parametrize(
    ("path", "page", "reason"),
    [
        ("/picture", Page(b"\x89PNG", kind="image/png"), "bad_type"),
        ("/gone", Page(status=404), "status_404"),
        ("/large", Page("x" * 200_000, kind="text/plain"), "too_large"),
    ],
)
async def test_a_page_that_cannot_be_taken_is_told_and_nothing_is_kept(
    engine: AnswerEngine, site: Site, path: str, page: Page, reason: str
) -> None:
    site.pages[path] = page
    with pytest.raises(Unfetchable) as refused:
        await fetched(engine, site.url(path))
    assert refused.value.reason == reason
    assert engine.files.uploads.all() == []


async def test_a_page_of_a_private_network_is_never_asked_for(tmp_path: Path, site: Site) -> None:
    site.pages["/"] = Page("secret", kind="text/plain")
    async with await AnswerEngine.open(Settings(data_dir=tmp_path), env={}) as engine:
        with pytest.raises(Unfetchable):
            await engine.files.take_page(site.url(), "me", most_bytes=1000)
    assert site.asked == []
