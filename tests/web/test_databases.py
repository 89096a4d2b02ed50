"""Who may ask a database: by every door those whom the settings let, and to all others there is no such database."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests import shop
from tests.web.mcp.test_http import call, connected, refusal
from tests.web.people import House, housing

from pincite.library.access import Role
from pincite.types import Answer, Table

COUNT = "how many customers are there by country?"
SQL = "SELECT country, COUNT(*) AS customers FROM customers GROUP BY country ORDER BY 2 DESC"
CANARY = "heliotropewort"
CHAT = {"messages": [{"role": "user", "content": COUNT}]}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("databases")
    settings = shop.made(folder / "shop.db").model_copy(update={"roles": ("owner", "admin")})
    with housing(folder / "data", databases={"shop": settings}) as house:
        house.add("root", Role.OWNER)
        for name in ("admin", "member", "guest"):
            house.add(name, Role(name))
        yield house


def wait(client: httpx.Client, **body: Any) -> httpx.Response:
    return client.post("/api/ask", json=body, headers={"prefer": "wait"})


def table(response: httpx.Response) -> Table:
    (card,) = Answer.model_validate_json(response.content).cards
    assert isinstance(card.body, Table)
    return card.body


def test_the_api_answers_with_rows_a_citation_and_a_file(house: House) -> None:
    with house.browser("admin") as admin:
        response = wait(admin, text=f"@shop {COUNT}")
        answer = Answer.model_validate_json(response.content)
        found = table(response)
        assert dict(row for row in found.rows) == {"Germany": 3, "United Kingdom": 2, "Russia": 1, "Sweden": 1}  # type: ignore[misc]
        (citation,) = answer.sentences[0].citations
        passage = admin.get(f"/api/answers/{answer.id}/passages/{citation.passage_id}")
        assert "Germany | 3" in passage.json()["text"]
        rows = admin.get(f"/api/answers/{answer.id}/tables/{answer.cards[0].id}.csv").text
        assert "Germany,3\r\n" in rows
        assert "Germany" in admin.get(f"/t/{answer.question.thread_id}").text


def test_sql_of_ones_own_is_run_as_it_is_and_asked_without_words(house: House) -> None:
    with house.browser("admin") as admin:
        response = wait(admin, focus="shop", sql=SQL)
        assert [row[0] for row in table(response).rows[:2]] == ["Germany", "United Kingdom"]
        assert response.json()["question"]["sql"] == SQL
        broken = wait(admin, focus="shop", sql="DELETE FROM customers").json()
        assert broken["status"] == "failed"
        assert broken["problem"]["type"] == "bad-query"
        elsewhere = wait(admin, focus="index", sql=SQL)
        assert elsewhere.status_code == 422
        assert "database" in elsewhere.json()["detail"]


def test_a_database_is_asked_and_not_searched(house: House) -> None:
    with house.browser("admin") as admin:
        for path in ("/api/search", "/search", "/openwebui/search"):
            response = admin.post(path, json={"query": COUNT, "focus": "shop"})
            assert response.status_code in {400, 422}, path
            assert "Shop is a database" in response.text


def asks(client: httpx.Client, name: str) -> dict[str, tuple[int, str]]:
    """Status and words of every way to name a focus."""
    chat = CHAT | {"focus": name}
    sent: dict[str, tuple[str, dict[str, Any]]] = {
        "api": ("/api/ask", {"json": {"text": COUNT, "focus": name}}),
        "sql": ("/api/ask", {"json": {"sql": SQL, "focus": name}}),
        "page": ("/ask", {"data": {"text": COUNT, "focus": name}}),
        "chat": ("/v1/chat/completions", {"json": chat}),
        "stream": ("/chat/completions", {"json": chat | {"stream": True}}),
        "responses": ("/v1/responses", {"json": {"input": COUNT, "focus": name}}),
        "jobs": ("/async/chat/completions", {"json": {"request": chat}}),
        "search": ("/api/search", {"json": {"query": COUNT, "focus": name}}),
        "perplexity": ("/search", {"json": {"query": COUNT, "focus": name}}),
        "tavily": ("/tavily/search", {"json": {"query": COUNT, "focus": name, "include_answer": True}}),
        "openwebui": ("/openwebui/search", {"json": {"query": COUNT, "focus": name}}),
    }
    found = {}
    for door, (path, body) in sent.items():
        response = client.post(path, **body)
        found[door] = (response.status_code, response.text)
    return found


@pytest.mark.parametrize("who", ["member", "guest"])
def test_whoever_may_not_is_told_by_every_door_what_is_told_of_a_name_that_never_was(house: House, who: str) -> None:
    for headers in ({}, {"authorization": f"Bearer {house.key(who)}"}):
        with house.browser("" if headers else who) as client:
            client.headers.update(headers)
            there, never = asks(client, "shop"), asks(client, "shup")
    for door, (status, words) in there.items():
        assert (status, words.replace("shop", "shup")) == never[door], door
        assert status in ({404} if who == "member" else {403, 404}), (door, status, words)


def test_what_is_in_it_is_told_to_those_who_may_ask(house: House) -> None:
    with house.browser("member") as member, house.browser("admin") as admin:
        held = admin.get("/api/databases/shop").json()
        assert [(table["name"], table["rows"]) for table in held["tables"]] == [("customers", 7), ("orders", 30)]
        assert "email" not in held["tables"][0]["columns"]
        assert wait(admin, text=held["examples"][0], focus="shop").json()["cards"]
        there, never = (member.get(f"/api/databases/{name}") for name in ("shop", "shup"))
        assert there.status_code == never.status_code == 404
        assert there.text.replace("shop", "shup") == never.text


def test_its_examples_are_for_those_who_may_ask(house: House) -> None:
    with house.browser("member") as member, house.browser("admin") as admin:
        there, never = (member.get(f"/examples?focus={name}").text for name in ("shop", "shup"))
        assert there.replace("shop", "shup") == never
        assert "orders" not in there
        until = time.monotonic() + 60
        while "orders" not in admin.get("/examples?focus=shop").text:  # it is read behind the first page
            assert time.monotonic() < until
            time.sleep(0.05)


@pytest.mark.parametrize("who", ["member", "guest", "admin"])
def test_no_list_names_it_to_whoever_may_not(house: House, who: str) -> None:
    with house.browser(who) as client:
        named = {
            path: "shop" in client.get(path).text.lower().replace("workshop", "")
            for path in ("/api/focuses", "/", "/threads", "/settings", "/collections")
        }
    assert named["/api/focuses"] is (who == "admin")
    assert named["/"] is (who == "admin")
    if who != "admin":
        assert not any(named.values()), named


def test_its_name_before_a_question_is_a_part_of_it_for_whoever_may_not(house: House) -> None:
    with house.browser("member") as member:
        answer = Answer.model_validate_json(wait(member, text=f"@shop {COUNT}").content)
    assert (answer.question.focus, answer.question.text, answer.cards) == ("index", f"@shop {COUNT}", ())


def test_two_names_before_a_question_open_no_way_round(house: House) -> None:
    with house.browser("member") as member:
        answer = Answer.model_validate_json(wait(member, text=f"@index @shop {COUNT}").content)
    assert (answer.question.focus, answer.cards) == ("index", ())


def test_an_editor_reads_what_was_answered_and_can_not_run_it_again(house: House) -> None:
    with house.browser("admin") as admin, house.browser("member") as member:
        place = admin.post("/collections", data={"title": "Figures"}).headers["location"].split("/")[2]
        admin.post(f"/c/{place}/invite", data={"part": "editor"})
        page = admin.get(f"/c/{place}/settings").text
        member.post(page.split("/join/")[1].split('"')[0].join(("/join/", "")))
        answer = Answer.model_validate_json(wait(admin, text=COUNT, focus="shop").content)
        thread = answer.question.thread_id
        assert "Rows of databases go along" in admin.get(f"/t/{thread}/move").text
        assert admin.post(f"/t/{thread}/move", data={"collection": place}).status_code == 303
        rows = member.get(f"/api/answers/{answer.id}/tables/{answer.cards[0].id}.csv")
        assert "Germany,3" in rows.text
        assert "Germany" in member.get(f"/t/{thread}").text
        again = member.post(f"/a/{answer.id}/retry")
        assert again.status_code == 404
        assert wait(member, thread_id=thread, text="and by city?", focus="shop").status_code == 404
        assert wait(member, thread_id=thread, focus="shop", sql=SQL).status_code == 404
        assert len(member.get(f"/api/threads/{thread}").json()["answers"]) == 1
        assert wait(admin, thread_id=thread, text="how many orders are there?", focus="shop").status_code == 200


def test_other_peoples_clients_get_the_table_as_text_and_follow_on_it(house: House) -> None:
    with house.browser("admin") as admin:
        chat = CHAT | {"focus": "shop"}
        said = admin.post("/v1/chat/completions", json=chat).json()["choices"][0]["message"]["content"]
        assert "| Germany | 3 |" in said
        assert "```sql\nSELECT" in said
        with admin.stream("POST", "/v1/chat/completions", json=chat | {"stream": True}) as response:
            lines = [line.removeprefix("data: ") for line in response.iter_lines() if line.startswith("data: {")]
        streamed = "".join(json.loads(line)["choices"][0]["delta"].get("content") or "" for line in lines)
        assert streamed == said
        told = admin.post("/v1/responses", json={"input": COUNT, "focus": "shop"}).json()
        assert told["output"][-1]["content"][0]["text"] == said
        more = [
            *CHAT["messages"],
            {"role": "assistant", "content": said},
            {"role": "user", "content": "only in Germany"},
        ]
        next_ = admin.post("/v1/chat/completions", json={"messages": more, "focus": "shop"}).json()
        assert "3" in next_["choices"][0]["message"]["content"]


async def test_an_assistant_gets_the_rows_and_their_query_if_its_key_may(house: House) -> None:
    async with connected(house.served, token=house.key("admin")) as client:
        made = await call(client, "ask", question=COUNT, focus="shop")
        assert "| Germany | 3 |" in made["response"]
        assert "```sql" in made["response"]
        assert made["sources"][0]["title"] == "Shop: customers"
        assert "Germany | 3" in made["sentences"][0]["quotes"][0]
        again = await call(client, "ask", question="the same", focus="shop", sql=SQL, thread_id=made["thread_id"])
        assert "| Germany | 3 |" in again["response"]
    async with connected(house.served, token=house.key("member")) as client:
        there = await refusal(client, "ask", question=COUNT, focus="shop")
        never = await refusal(client, "ask", question=COUNT, focus="shup")
        assert there.replace("shop", "shup") == never
        assert await refusal(client, "find", query=COUNT, focus="shop") == there


def test_no_question_and_no_sql_is_in_a_log(house: House, capfd: pytest.CaptureFixture[str]) -> None:
    with house.browser("admin") as admin:
        for body in (
            {"text": f"how many {CANARY} customers are there?"},
            {"text": COUNT, "sql": f"SELECT name FROM customers WHERE country = '{CANARY}'"},
            {"text": COUNT, "sql": f"SELECT {CANARY} FROM customers"},
            {"text": COUNT, "sql": f"SELECT '{CANARY}' FROM"},
        ):
            assert CANARY in wait(admin, focus="shop", **body).text
    said = capfd.readouterr()
    assert "route=/api/ask" in said.out
    assert CANARY not in said.out + said.err
