"""A database is asked: the whole house, over a real SQLite file, without a model."""

import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from tests import shop

from pincite.engine import AnswerEngine
from pincite.errors import BadSettings, UnknownFocus
from pincite.events import fold, replay
from pincite.settings import DatabaseSettings, EndpointSettings, ModelSettings, Settings
from pincite.testing.model_server import ModelServer, running
from pincite.types import Answer, Question, Status, Table, Verdict, new_id


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", databases={"shop": shop.made(tmp_path / "shop.db")})


@pytest.fixture
async def engine(settings: Settings) -> AsyncIterator[AnswerEngine]:
    async with await AnswerEngine.open(settings, env={}) as engine:
        yield engine


def table(answer: Answer) -> Table:
    (card,) = answer.cards
    assert isinstance(card.body, Table)
    return card.body


def quoted(answer: Answer) -> list[str]:
    passages = {passage.id: passage for source in answer.sources for passage in source.passages}
    return [
        passages[citation.passage_id].text[citation.quote.start : citation.quote.end]
        for sentence in answer.sentences
        for citation in sentence.citations
        if citation.quote is not None
    ]


async def test_a_question_is_a_sentence_a_table_and_its_sql(engine: AnswerEngine) -> None:
    answer = await engine.answer(Question(text="@shop how many customers are there by country?"))
    assert answer.status is Status.ANSWERED
    assert answer.question.focus == "shop"
    found = table(answer)
    assert dict(row for row in found.rows) == {"Germany": 3, "United Kingdom": 2, "Russia": 1, "Sweden": 1}  # type: ignore[misc]
    assert found.tables == ("customers",)
    assert found.chart is not None
    assert found.sql.upper().startswith("SELECT")
    assert "Germany 3" in answer.text
    assert {sentence.verdict for sentence in answer.sentences} == {Verdict.SUPPORTED}
    assert "Germany | 3" in quoted(answer)[0]
    assert [source.document.title for source in answer.sources] == ["Shop: customers"]
    assert answer.follow_ups
    assert fold(replay(answer)) == answer


async def test_every_number_of_the_text_stands_in_what_it_quotes(engine: AnswerEngine) -> None:
    for text in (
        "how many orders are there?",
        "what is the total of orders by status?",
        "who are the customers in Germany?",
    ):
        answer = await engine.answer(Question(text=text, focus="shop"))
        assert answer.sentences, (text, answer.text)
        for sentence, words in zip(answer.sentences, quoted(answer), strict=True):
            said = answer.text[sentence.start : sentence.end].removeprefix(table(answer).title)
            assert set(re.findall(r"\d[\d,.]*\d|\d", said)) <= set(re.findall(r"\d[\d,.]*\d|\d", words)), (said, words)


async def test_who_shares_the_first_place_is_named_and_quoted(engine: AnswerEngine) -> None:
    answer = await engine.answer(Question(text="which customer has the most orders?", focus="shop"))
    names = [name for name, _, _ in shop.CUSTOMERS[:5]]
    title = "the customer with the most orders, with 5 tied for first place"
    assert table(answer).title == title
    assert sorted(table(answer).rows) == sorted((name, 6) for name in names)
    assert answer.text.startswith(f"T{title[1:]}: ")
    assert answer.text.endswith(", 6 orders each.")
    assert all(name in answer.text and f"{name} | 6" in quoted(answer)[0] for name in names)
    again = await engine.answer(Question(text="again", focus="shop", sql=table(answer).sql))
    assert table(again).rows == table(answer).rows


async def test_what_the_database_does_not_know_is_said_so(engine: AnswerEngine) -> None:
    answer = await engine.answer(Question(text="what is the weather on Mars?", focus="shop"))
    assert answer.status is Status.ANSWERED
    assert [one.reason for one in answer.degraded] == ["no_answer"]
    assert not answer.cards
    assert not answer.sources
    assert answer.follow_ups


async def test_a_query_is_run_again_and_changed(engine: AnswerEngine) -> None:
    thread = new_id()
    first = await engine.answer(Question(text="how many customers are there?", focus="shop", thread_id=thread))
    sql = "select name from customers where country = 'Sweden'"
    again = Question(text=first.question.text, focus="shop", thread_id=thread, sql=sql, replaces=first.id)
    second = await engine.answer(again)
    assert table(second).rows == (("Carl Linnaeus",),)
    assert second.text == "Name: Carl Linnaeus."
    third = await engine.answer(again.model_copy(update={"id": new_id(), "sql": table(first).sql}))
    assert third.text == first.text, "what is run again says what its rows are"


@pytest.mark.parametrize(
    "sql",
    ["delete from customers", "select value from secrets", "select email from customers", "select * from nothing"],
)
async def test_sql_that_may_not_be_run_fails_in_words(engine: AnswerEngine, sql: str) -> None:
    answer = await engine.answer(Question(text="please", focus="shop", sql=sql))
    assert answer.status is Status.FAILED
    assert answer.problem is not None
    assert answer.problem.type == "bad-query"
    assert not answer.cards


async def test_sql_may_be_typed_as_the_question(engine: AnswerEngine) -> None:
    answer = await engine.answer(Question(text="SELECT count(*) AS customers FROM customers", focus="shop"))
    assert table(answer).rows == ((7,),)


async def test_a_follow_up_changes_the_query_before_it(engine: AnswerEngine) -> None:
    thread = new_id()
    await engine.answer(Question(text="how many customers are there?", focus="shop", thread_id=thread))
    answer = await engine.answer(Question(text="and by country?", focus="shop", thread_id=thread))
    assert len(table(answer).rows) == 4


async def test_a_database_that_is_not_there_says_so(tmp_path: Path, settings: Settings) -> None:
    gone = settings.databases["shop"].model_copy(update={"url": f"sqlite:///{tmp_path / 'gone.db'}"})
    async with await AnswerEngine.open(settings.model_copy(update={"databases": {"shop": gone}}), env={}) as engine:
        answer = await engine.answer(Question(text="how many customers are there?", focus="shop"))
        assert answer.status is Status.FAILED
        assert answer.problem is not None
        assert answer.problem.type == "database-failed"
        assert "gone.db" in answer.problem.detail


async def test_databases_stand_among_the_focuses(engine: AnswerEngine) -> None:
    cards = {card.id: card for card in engine.focuses.cards()}
    assert list(cards)[:5] == ["all", "index", "web", "shop", "wikipedia"]
    assert (cards["shop"].label, cards["shop"].description) == ("Shop", "Customers and their orders")
    with pytest.raises(UnknownFocus, match="did you mean shop"):
        engine.focuses.focus("shoop")
    with pytest.raises(UnknownFocus, match="'wikipedia' is no database"):
        engine.focuses.database("wikipedia")


async def test_a_database_may_not_take_the_name_of_a_focus(settings: Settings) -> None:
    taken = settings.model_copy(update={"databases": {"web": settings.databases["shop"]}})
    with pytest.raises(BadSettings, match=r"databases\.web"):
        await AnswerEngine.open(taken, env={})


async def by_model(settings: Settings, model: ModelServer, text: str = "who lives in Sweden?") -> Answer:
    """The answer where ``model`` may make the query."""
    async with running(model):
        endpoint = EndpointSettings(base_url=model.base_url, models=("m",))
        models = ModelSettings(endpoints={"lab": endpoint}, default="lab:m")
        async with await AnswerEngine.open(settings.model_copy(update={"models": models}), env={}) as engine:
            return await engine.answer(Question(text=text, focus="shop"))


async def test_a_model_makes_the_query_in_one_call_and_the_cells_make_the_sentence(settings: Settings) -> None:
    model = ModelServer(answer="names of customers in Sweden\nSELECT name FROM customers WHERE country = 'Sweden'")
    answer = await by_model(settings, model)
    assert answer.text == "Names of customers in Sweden: Carl Linnaeus."
    assert table(answer).rows == (("Carl Linnaeus",),)
    assert answer.usage.model_calls == len(model.requests) == 1
    assert answer.degraded == ()
    told = str(model.requests[0])
    assert "customers" in told
    assert "secrets" not in told
    assert "email" not in told


async def test_a_models_title_may_not_say_a_number_of_its_own(settings: Settings) -> None:
    model = ModelServer(answer="the 12 customers in Sweden\nSELECT name FROM customers WHERE country = 'Sweden'")
    assert "12" not in (await by_model(settings, model)).text


@pytest.mark.parametrize(
    "said", ["names\nSELECT nom FROM clients", "all of it\nDROP TABLE customers", "Let me think about Sweden."]
)
async def test_where_a_model_fails_rules_answer_and_it_is_told(settings: Settings, said: str) -> None:
    model = ModelServer(answer=said)
    answer = await by_model(settings, model, "how many customers are there?")
    assert table(answer).rows == ((7,),)
    assert [one.part for one in answer.degraded] == ["model"]
    assert len(model.requests) == (3 if "SELECT" in said else 1), "it may mend a query twice"


async def test_where_a_models_query_takes_too_long_rules_answer_and_it_is_told(settings: Settings) -> None:
    slow = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT COUNT(*) FROM c"
    shop = settings.databases["shop"].model_copy(update={"deadline_s": 1.0})
    settings = settings.model_copy(update={"databases": {"shop": shop}})
    answer = await by_model(settings, ModelServer(answer=f"numbers\n{slow}"), "how many customers are there?")
    assert table(answer).rows == ((7,),)
    assert [(one.part, one.reason) for one in answer.degraded] == [("model", "slow_query")]


async def test_a_model_that_is_not_there_costs_no_answer(settings: Settings) -> None:
    models = ModelSettings(
        endpoints={"lab": EndpointSettings(base_url="http://127.0.0.1:9/v1", models=("m",))}, default="lab:m"
    )
    async with await AnswerEngine.open(settings.model_copy(update={"models": models}), env={}) as engine:
        answer = await engine.answer(Question(text="how many customers are there?", focus="shop"))
    assert table(answer).rows == ((7,),)
    assert [one.part for one in answer.degraded] == ["model"]


async def test_a_model_that_lacks_its_key_is_told_and_costs_no_answer(settings: Settings) -> None:
    endpoint = EndpointSettings(base_url="http://127.0.0.1:9/v1", models=("m",), key_env="LAB_KEY")
    models = ModelSettings(endpoints={"lab": endpoint}, default="lab:m")
    async with await AnswerEngine.open(settings.model_copy(update={"models": models}), env={}) as engine:
        answer = await engine.answer(Question(text="how many customers are there?", focus="shop"))
    assert table(answer).rows == ((7,),)
    assert [(one.part, one.reason) for one in answer.degraded] == [("model", "no_key")]


async def test_tables_that_have_changed_are_read_again_where_a_query_fails(
    engine: AnswerEngine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pincite.search.tables.database.SETTLED_S", 0.0)
    await engine.answer(Question(text="@shop how many orders are there?"))
    with closing(sqlite3.connect(settings.databases["shop"].url.removeprefix("sqlite:///"))) as shop:
        shop.execute("ALTER TABLE orders RENAME COLUMN ordered_on TO placed_on")
    asked = await engine.answer(Question(text="@shop how many orders were there in 2021?"))
    assert asked.status is Status.ANSWERED, asked.problem
    assert "placed_on" in table(asked).sql
    with closing(sqlite3.connect(settings.databases["shop"].url.removeprefix("sqlite:///"))) as shop:
        shop.execute("ALTER TABLE orders RENAME COLUMN total TO price")
    run = await engine.answer(Question(text="the sum", focus="shop", sql="SELECT SUM(price) FROM orders"))
    assert run.status is Status.ANSWERED, run.problem


async def test_the_year_of_a_founding_is_written_as_a_year(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "club.db")) as club:
        club.executescript("CREATE TABLE teams (id INTEGER PRIMARY KEY, name TEXT, founded INTEGER);")
        club.executescript("INSERT INTO teams VALUES (1, 'Riverton', 1890), (2, 'Oakfield', 1920);")
    databases = {"club": DatabaseSettings(url=f"sqlite:///{tmp_path / 'club.db'}")}
    async with await AnswerEngine.open(Settings(data_dir=tmp_path / "data", databases=databases), env={}) as engine:
        answer = await engine.answer(Question(text="@club which team was founded first?"))
    assert "1890" in answer.text, answer.text
