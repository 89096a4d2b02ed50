"""Whether two contenders get the same sources, a page tells nothing of who they are, and votes are counted as meant."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.evals.conftest import SmallSet, written
from tests.evals.made import answered

from pincite.errors import BadInput, BadSettings
from pincite.evals.arena import ballot as ballots
from pincite.evals.arena import match, shares, simulate, voters, votes
from pincite.evals.arena.__main__ import main
from pincite.evals.arena.contender import both, contender
from pincite.evals.arena.match import Pair
from pincite.evals.arena.tally import costs, tally
from pincite.evals.judges import lexical
from pincite.evals.record import Record, append
from pincite.settings import EndpointSettings, ModelSettings, Settings
from pincite.testing.model_server import ModelServer, running
from pincite.types import Answer, Question, Usage

SHORT, LONG = ["name=short", "answer.max_words=20"], ["name=long", "answer.max_words=120"]


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def pair(key: str, a: str, b: str, *, gold: Sequence[str] = ()) -> Pair:
    """Both answer from one source, which says what a says."""
    shared = {"cites": [[1]], "sources": [a], "key": key, "question": f"What of {key}?", "gold": tuple(gold)}
    return Pair(id=key, a=answered(a, system="alpha", **shared), b=answered(b, system="beta", **shared))  # type: ignore[arg-type]


PAIRS = [pair(f"q{n}", f"The {n}th tower is {n}0 metres tall.", f"Nobody knows tower {n}.") for n in range(1, 25)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder as a match leaves it."""
    append(tmp_path / match.PAIRS, PAIRS)
    return tmp_path


# ── who is compared ──


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["answer.max_words"], r"--a takes NAME=VALUE, not 'answer\.max_words'"),
        (["search.hits=3"], r"--a sets search\.hits, which is not about writing"),
        (["answer.sources=3"], r"--a sets answer\.sources, which decides what is found"),
        (["model=x:y", "models.default=x:z"], r"sets models\.default twice: 'x:y' and 'x:z'"),
        (["instructions=Be brief."], "--a gives instructions, and no model to follow them"),
    ],
)
def test_a_contender_that_cannot_be_is_said_with_its_word(words: list[str], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        contender("a", words, Settings())
    with pytest.raises(BadSettings, match=r"no setting 'answer\.max_word'"):
        contender("a", ["answer.max_word=3"], Settings())


@pytest.mark.parametrize(("word", "value"), [("--runs", "0"), ("--runs", "x"), ("--truth", "0 1 1")])
def test_words_that_can_not_be_heeded_are_told_as_they_were_said(
    word: str, value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["simulate", word, *value.split()])
    assert f"{value.split()[0]}" in (said := capsys.readouterr().err)
    assert "_" not in said.rpartition("error:")[2]


def test_a_contender_is_the_shared_settings_and_what_makes_it_differ() -> None:
    shared = Settings(models=ModelSettings(default="box:qwen"))
    one = contender("a", ["answer.max_words=33", "instructions=As = a list."], shared)
    assert (one.settings.answer.max_words, one.settings.models.default) == (33, "box:qwen")
    assert (one.name, one.instructions) == ("answer.max_words=33 instructions=As = a list.", "As = a list.")
    assert contender("b", ["model=none"], shared).settings.models.default is None


def test_two_that_are_the_same_or_called_the_same_are_refused() -> None:
    with pytest.raises(BadInput, match="nothing to compare"):
        both(["name=x"], ["name=y"], Settings())
    with pytest.raises(BadInput, match="both called 'x'"):
        both(["name=x"], ["name=x", "answer.max_words=30"], Settings())


# ── one retrieval, two answers ──


def played(small: SmallSet, out: Path, *more: str, a: list[str] = SHORT, b: list[str] = LONG) -> list[str]:
    files = ["--passages", str(small.passages), "--questions", str(small.questions), "--cache", str(small.cache)]
    return ["run", *files, "--a", *a, "--b", *b, "--out", str(out), *more]


def texts(folder: Path) -> list[tuple[str, str, str]]:
    return [(p.id, p.a.answer.text, p.b.answer.text) for p in match.pairs(folder)]


def test_both_answer_from_the_same_sources_and_a_run_that_was_cut_goes_on(
    small: SmallSet, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(played(small, tmp_path / "a", "--json"), Settings()) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["n"], facts["answered_now"], facts["failed"]) == (6, 6, {"a": 0, "b": 0})
    made = match.pairs(tmp_path / "a")
    assert all(p.a.answer.sources == p.b.answer.sources and p.a.answer.sources for p in made)
    assert any(p.a.answer.text != p.b.answer.text for p in made)
    assert all(len(p.a.answer.text.split()) <= len(p.b.answer.text.split()) for p in made)
    file = tmp_path / "a" / match.PAIRS
    lines, whole = file.read_bytes().splitlines(keepends=True), texts(tmp_path / "a")
    file.write_bytes(b"".join(lines[:2]) + lines[2][:50])
    assert main(played(small, tmp_path / "a", "--json"), Settings()) == 0
    assert json.loads(capsys.readouterr().out)["answered_now"] == 4
    assert texts(tmp_path / "a") == whole
    before = file.read_bytes()
    other = played(small, tmp_path / "a", b=["name=long", "answer.max_words=100"])
    assert main(other, Settings()) == 1
    assert "was begun with another b, settings" in capsys.readouterr().err
    assert file.read_bytes() == before


async def test_the_index_is_asked_and_ranked_once_for_both(small: SmallSet, tmp_path: Path) -> None:
    class Counting:
        name = "counting"
        asked = 0

        async def search(self, query: Any, deadline: Any) -> Any:
            self.asked += 1
            return [query.text]

        def rank(self, question: str, hits: Any) -> Any:
            self.asked += 1
            return list(hits)

    backend, ranker = Counting(), Counting()
    found, order = match.Remembered(backend), match.RankedOnce(ranker)
    one = match.Query("tower")
    assert await found.search(one, None) is await found.search(match.replace(one, whole_tokens=9), None)  # type: ignore[arg-type]
    await found.search(match.Query("river"), None)  # type: ignore[arg-type]
    assert (found.name, backend.asked) == ("counting", 2)
    assert order.rank("tower", []) == order.rank("tower", []) == []
    order.rank("river", [])
    assert ranker.asked == 2


async def test_two_prompts_of_a_model_answer_and_their_cost_is_counted(small: SmallSet, tmp_path: Path) -> None:
    server = ModelServer()
    async with running(server):
        endpoint = EndpointSettings(base_url=server.base_url, models=("sources", "500"))
        settings = Settings(models=ModelSettings(endpoints={"local": endpoint}))
        words = played(small, tmp_path / "a", a=["model=local:sources"], b=["model=local:sources", "instructions=Now."])
        assert await asyncio.to_thread(main, words, settings) == 0
        made = match.pairs(tmp_path / "a")
        told = ["Now." in json.dumps(body) for body in server.requests]
        assert (sum(told), len(told)) == (len(made), 2 * len(made)), "one call an answer; a warm-up costs none"
        assert all(p.a.answer.usage.model_calls == p.b.answer.usage.model_calls == 1 for p in made)
        assert all(p.a.answer.sources == p.b.answer.sources for p in made)
        # A model that fails is no contender: an extract must not win or lose in its name.
        failing = played(small, tmp_path / "b", a=["model=local:500"], b=["model=local:sources"])
        assert await asyncio.to_thread(main, failing, settings) == 1
        assert not (tmp_path / "b" / match.PAIRS).read_bytes()
        with pytest.raises(BadInput, match="holds no answers yet"):
            match.pairs(tmp_path / "b")


async def test_a_model_that_fails_now_and_then_costs_these_questions_and_they_are_tried_again(
    small: SmallSet, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server = ModelServer()
    async with running(server):
        endpoint = EndpointSettings(base_url=server.base_url, models=("sources", "401"))
        settings = Settings(models=ModelSettings(endpoints={"local": endpoint}))
        words = ["name=a", "model=local:sources"], ["name=b", "model=local:401"]
        some = played(small, tmp_path / "a", "--limit", "3", "--json", a=words[0], b=words[1])
        assert await asyncio.to_thread(main, some, settings) == 1, "nothing was answered by both"
        assert json.loads(capsys.readouterr().out)["failed"] == {"a": 0, "b": 3}
        all_of_them = played(small, tmp_path / "b", a=words[0], b=words[1])
        assert await asyncio.to_thread(main, all_of_them, settings) == 1
        assert "b failed on 5 questions in a row" in capsys.readouterr().err
        server.mode = "sources"
        assert await asyncio.to_thread(main, some, settings) == 0
        assert json.loads(capsys.readouterr().out)["answered_now"] == 3


class Careless(ModelServer):
    """Quotes the sources, but for some questions, always the same, it makes something up."""

    def _text(self, mode: str, body: dict[str, Any]) -> str:
        asked = body["messages"][-1]["content"].rpartition("Question: ")[2]
        if len(asked.split()) % 2:
            return "It was built on Mars by nine purple robots in 1492 [1]. It weighs four ounces and sings [1]."
        return super()._text(mode, body)


async def test_a_cheap_model_first_is_compared_with_either_alone_by_support_cost_and_time(
    small: SmallSet, tmp_path: Path
) -> None:
    cheap, dear = Careless(), ModelServer()
    async with running(cheap), running(dear):
        endpoints = {
            "cheap": EndpointSettings(base_url=cheap.base_url, models=("sources",)),
            "dear": EndpointSettings(base_url=dear.base_url, models=("sources",)),
        }
        prices = ("cheap:sources=0.1/0.4", "dear:sources=3/15")
        settings = Settings(models=ModelSettings(endpoints=endpoints, prices=prices))
        alone, routed = ["name=cheap", "model=cheap:sources"], ["name=routed", "model=dear:sources"]
        routed += ["models.first=cheap:sources", "models.first_s=60"]
        assert await asyncio.to_thread(main, played(small, tmp_path / "a", a=alone, b=routed), settings) == 0
        made = match.pairs(tmp_path / "a")
        per_side = {side: costs([pair.of(side) for pair in made]) for side in ("a", "b")}
        support = {side: found["sentences supported by what they cite"].value for side, found in per_side.items()}
        assert support["a"] < 0.9 < support["b"]
        writers = {pair.b.answer.usage.writer for pair in made}
        assert writers == {"cheap:sources", "dear:sources"}
        assert per_side["b"]["written by dear:sources"].n == len(made)
        assert len(dear.requests) == sum(pair.b.answer.usage.writer == "dear:sources" for pair in made)
        assert per_side["b"]["model calls a question"].value > 1 == per_side["a"]["model calls a question"].value
        dollars = {side: found["dollars for 1,000 questions"].value for side, found in per_side.items()}
        always = ["name=dear", "model=dear:sources"]
        assert await asyncio.to_thread(main, played(small, tmp_path / "b", a=always, b=alone), settings) == 0
        most = costs([pair.a for pair in match.pairs(tmp_path / "b")])["dollars for 1,000 questions"].value
        assert dollars["a"] < dollars["b"] < most
        assert {"first word p50, ms", "whole text p95, ms"} <= set(per_side["b"])


def test_whoever_writes_first_needs_somebody_to_write_after_it() -> None:
    with pytest.raises(BadInput, match="has box:small write first, and nobody to write after it"):
        contender("b", ["models.first=box:small"], Settings())


def test_what_a_call_without_a_price_costs_is_not_told() -> None:
    free, unknown = (
        Record(system="x", answer=Answer(id="1", question=Question(text="?"), usage=Usage(dollars=dollars)))
        for dollars in (0.002, None)
    )
    assert costs([free])["dollars for 1,000 questions"].value == pytest.approx(2)
    assert "dollars for 1,000 questions" not in costs([free, unknown])


# ── the ballot ──


def test_a_ballot_shuffles_sides_and_holds_controls() -> None:
    drawn = ballots.draw(PAIRS, seed=1)
    kinds = [bout.kind for bout in drawn.bouts]
    assert (kinds.count("real"), kinds.count("same"), kinds.count("broken")) == (24, 2, 2)
    real = [bout for bout in drawn.bouts if bout.kind == "real"]
    left = sum(bout.left.side == "a" for bout in real)
    assert 4 < left < 20, "sides are drawn"
    assert [bout.pair for bout in real] != [p.id for p in PAIRS], "the order is drawn"
    assert ballots.draw(PAIRS, seed=1) == drawn != ballots.draw(PAIRS, seed=2)
    assert len({bout.pair for bout in ballots.draw(PAIRS, limit=5, seed=1).bouts}) == 5
    by_id = {p.id: p for p in PAIRS}
    for bout in drawn.bouts:
        one, other = ballots.sides(bout, by_id)
        assert one.answer.question == other.answer.question
        assert (one.answer.text == other.answer.text) == (bout.kind == "same")
        if bout.kind == "broken":
            whole = one if bout.whole == "left" else other
            odd = other if bout.whole == "left" else one
            assert whole in (by_id[bout.pair].a, by_id[bout.pair].b)
            assert odd.answer.text not in (by_id[bout.pair].a.answer.text, by_id[bout.pair].b.answer.text)
            assert all(p is not None for s in odd.answer.sentences for p in odd.cited(s)), "it cites what stands here"


def test_what_both_say_word_for_word_is_not_asked() -> None:
    same = pair("same", "It is so.", "It is so.")
    drawn = ballots.draw([*PAIRS, same])
    assert drawn.alike == ("same",)
    assert "same" not in {bout.pair for bout in drawn.bouts}
    with pytest.raises(BadInput, match="to all 1 questions: there is nothing to vote on"):
        ballots.draw([same])


def test_a_page_holds_its_answers_as_data_and_tells_nothing_of_who_wrote_them() -> None:
    odd = pair("odd", "**One** </script><!-- thing.", "# Two things.")
    many = [*PAIRS, odd]
    page = ballots.page(ballots.draw(many, seed=3), many)
    assert "</script><!--" not in page
    data = json.loads(page.split('type="application/json">')[1].split("</script>")[0])
    assert len(data["items"]) == 29
    assert "alpha" not in page
    assert "beta" not in page
    assert "://" not in page, "nothing is fetched, and no address tells"
    (item,) = [i for i in data["items"] if i["question"] == "What of odd?" and i["left"] != i["right"]][:1]
    said = sorted(side[0][0]["text"] for side in (item["left"], item["right"]))
    assert said == ["One </script><!-- thing.", "Two things."], "formatting is taken away"
    assert item["left"][0][0]["cites"] == [1]
    assert set(item) == {"id", "question", "left", "right", "sources"}


# ── votes ──


def ideal(drawn: ballots.Ballot, rater: str, side: str = "a", *, careless: bool = False) -> list[dict[str, Any]]:
    """Votes for one side, with the controls seen for what they are; a careless voter says left to everything."""
    made = []
    for bout in drawn.bouts:
        choice = "tie" if bout.kind == "same" else bout.whole or ("left" if bout.left.side == side else "right")
        if careless:
            choice = {"left": "right", "right": "left"}.get(str(bout.whole), "left")
        made.append({"rater": rater, "ballot": drawn.key, "bout": bout.id, "choice": choice, "seconds": 3})
    return made


def test_votes_are_unblinded_counted_and_the_careless_left_out(folder: Path) -> None:
    drawn, other = ballots.draw(PAIRS, seed=1), ballots.draw(PAIRS, seed=2)
    ballots.keep(drawn, folder)
    ballots.keep(other, folder)
    ballots.keep(drawn, folder)
    assert len(ballots.ballots(folder)) == 2, "a page that is made again is kept once"
    files = [
        written(folder / "votes-1.jsonl", *ideal(drawn, "Ada")),
        written(folder / "votes-2.jsonl", *ideal(other, "Ben")),
        written(folder / "votes-3.jsonl", *ideal(other, "Cal", careless=True)),
    ]
    found = tally(folder, files)
    people = found.groups["people"]
    assert (people.win.value, people.tie.value, people.lose.value) == (1, 0, 0)
    assert (people.win.n, people.votes, found.people) == (24, 48, 2)
    assert [(v.name, v.counts, v.broken) for v in found.voters] == [
        ("Ada", True, (2, 2)),
        ("Ben", True, (2, 2)),
        ("Cal", False, (0, 2)),
    ]
    (agreed,) = found.agreements
    assert (agreed.one, agreed.other, agreed.n, agreed.equal) == ("Ada", "Ben", 24, 1)
    table = found.table()
    assert "people: alpha is better." in table
    assert "left out: Cal, who saw 0 of 2 broken answers" in table
    assert "| first word p50, ms | 10.0" in table
    numbers = json.loads(found.json())
    assert numbers["groups"]["people"]["win"]["value"] == 1
    assert numbers["groups"]["people"]["proxy"] is False
    with pytest.raises(BadInput, match="no vote in 1 files counts"):
        tally(folder, files[2:])


def test_people_and_judges_are_never_added_up(folder: Path) -> None:
    drawn = ballots.draw(PAIRS)
    ballots.keep(drawn, folder)
    judge = [{**row, "judge": True} for row in ideal(drawn, "oracle", "b")]
    found = tally(folder, [written(folder / "p.jsonl", *ideal(drawn, "Ada")), written(folder / "j.jsonl", *judge)])
    assert {name: one.ahead.value for name, one in found.groups.items()} == {"people": 1, "oracle": -1}
    assert "| oracle (*proxy*) |" in found.table()
    assert found.agreements[0].equal == 0
    blind = [{**row, "judge": True} for row in ideal(drawn, "blind", careless=True)]
    (voter,) = tally(folder, [written(folder / "blind.jsonl", *blind)]).voters
    assert (voter.broken, voter.counts) == ((0, 2), True), "what a judge can't see is told, and leaves nobody out"


def test_the_same_file_twice_counts_once(folder: Path) -> None:
    drawn = ballots.draw(PAIRS)
    ballots.keep(drawn, folder)
    file = written(folder / "v.jsonl", *ideal(drawn, "Ada"))
    assert tally(folder, [file, file]).groups["people"].votes == 24


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"choice": "both"}, r"v\.jsonl:1: choice \('both'\)"),
        ({"rater": ""}, r"v\.jsonl:1: rater \(''\)"),
        ({"ballot": "elsewhere"}, r"v\.jsonl:1: a vote on a page that was not made here \('elsewhere'\)"),
        ({"bout": "nothing"}, r"v\.jsonl:1: its page has no pair 'nothing'"),
        ({"more": 1}, r"v\.jsonl:1: more"),
    ],
)
def test_a_vote_that_cannot_be_counted_is_an_error_with_its_line(
    folder: Path, change: dict[str, Any], said: str
) -> None:
    drawn = ballots.draw(PAIRS)
    ballots.keep(drawn, folder)
    file = written(folder / "v.jsonl", {**ideal(drawn, "Ada")[0], **change})
    with pytest.raises(BadInput, match=said):
        votes.read([file], ballots.ballots(folder))


def test_who_votes_twice_must_say_the_same_also_on_another_page(folder: Path) -> None:
    drawn, other = ballots.draw(PAIRS, seed=1), ballots.draw(PAIRS, seed=2)
    once, again = ideal(drawn, "Ada"), ideal(other, "Ada", "b")
    with pytest.raises(
        BadInput, match=r"two\.jsonl:\d+: Ada voted twice on question 'q\d+', differently than in .*one"
    ):
        votes.read([written(folder / "one.jsonl", *once), written(folder / "two.jsonl", *again)], [drawn, other])
    same = written(folder / "two.jsonl", *ideal(other, "Ada"))
    assert sum(c.kind == "real" for c in votes.read([folder / "one.jsonl", same], [drawn, other])) == 24


# ── judges ──


async def test_gold_goes_by_the_right_answer() -> None:
    tall = pair("q", "It is 330 metres tall.", "It is tall.", gold=["330 metres"])
    gold = voters.Gold()
    assert [await gold.choose(tall.a, tall.b), await gold.choose(tall.b, tall.a)] == ["left", "right"]
    assert await gold.choose(tall.a, tall.a) == await gold.choose(tall.b, tall.b) == "tie"


async def test_a_judge_of_support_prefers_what_is_supported_and_never_silence() -> None:
    judge = voters.Supporting(lexical())
    one = pair("q", "The tower is 330 metres tall.", "The tower was sold to aliens in 1999.")
    assert await judge.choose(one.a, one.b) == "left"
    assert await judge.choose(one.b, one.a) == "right"
    assert await judge.choose(one.a, answered("Nothing here answers this.", abstained=True)) == "left"
    nearest = answered("It is old.", cites=[[1]], sources=["It is old."], abstained=True)
    assert await judge.choose(one.b, nearest) == "tie", "what a refusal quotes supports nothing"


def replying(server: ModelServer, folder: Path, *more: str) -> list[str]:
    return ["vote", str(folder), "--by", "llm:test-model", "--url", server.base_url, "--json", *more]


async def test_a_model_is_asked_twice_and_must_say_the_same(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    server = ModelServer(answer='{"better": "first"}')
    async with running(server):
        assert await asyncio.to_thread(main, replying(server, folder, "--limit", "3"), Settings()) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["n"], len(server.requests)) == (5, 10), "three pairs and two controls, each twice"
    said = rows(Path(facts["file"]))
    assert {row["choice"] for row in said} == {"tie"}, "the first one, whoever it is: it can't tell"
    assert {row["judge"] for row in said} == {True}
    asked = json.dumps(server.requests)
    assert "alpha" not in asked
    assert "[1] Source 1" in asked


async def test_a_model_that_chooses_nothing_costs_that_vote_and_is_asked_again(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server = ModelServer(answer="I like both of them.")
    async with running(server):
        words = replying(server, folder, "--limit", "2", "--out", str(folder / "votes-m.jsonl"))
        assert await asyncio.to_thread(main, words, Settings()) == 0
        assert json.loads(capsys.readouterr().out)["failed"] == 4
        server.answer = '{"better": "neither"}'
        assert await asyncio.to_thread(main, words, Settings()) == 0
        assert json.loads(capsys.readouterr().out)["voted_now"] == 4
        before = len(server.requests)
        assert await asyncio.to_thread(main, words, Settings()) == 0
        assert len(server.requests) == before, "finished: nobody is asked again"
        assert await asyncio.to_thread(main, [*words, "--seed", "1"], Settings()) == 1
        assert "give another --out" in capsys.readouterr().err


# ── the commands ──


def test_from_questions_to_a_table_without_a_model(
    small: SmallSet, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "arena"
    assert main(played(small, out), Settings()) == 0
    assert main(["form", str(out), "--out", str(tmp_path / "page.html")], Settings()) == 0
    assert main(["vote", str(out), "--by", "gold"], Settings()) == 0
    capsys.readouterr()
    assert main(["table", str(out), "--json"], Settings()) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["a"], said["b"], said["pairs"]) == ("short", "long", 6)
    assert said["groups"]["gold"]["votes"] + said["alike"] == 6
    assert said["contenders"]["b"]["words a question"]["value"] > said["contenders"]["a"]["words a question"]["value"]
    assert "short better" in (out / "table.md").read_text("utf-8")
    assert (out / "votes.svg").read_text("utf-8").startswith("<svg")
    assert len(rows(out / ballots.BALLOTS)) == 1, "the page and the judge had the same ballot"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["form", "{empty}", "--out", "x.html"], "make one with: pincite arena run"),
        (["form", "{folder}", "--out", "{folder}/pairs.jsonl"], "is there and is no page"),
        (["table", "{folder}"], "there are no votes in"),
        (["vote", "{folder}", "--by", "oracle"], "there is no judge 'oracle'"),
        (["vote", "{folder}", "--by", "gold"], "none of these questions has a right answer"),
        (["vote", "{folder}", "--by", "llm"], "no model is named"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_lost(
    folder: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (folder / match.PAIRS).read_bytes()
    (folder / "empty").mkdir()
    given = [word.format(folder=folder, empty=folder / "empty") for word in words]
    assert main(given, Settings()) == 1
    assert said in capsys.readouterr().err
    assert (folder / match.PAIRS).read_bytes() == before


# ── how sure ──


def test_shares_are_of_votes_and_intervals_are_over_questions() -> None:
    once = np.array([[1.0, 0, 0]] * 30 + [[0.0, 1, 0]] * 15 + [[0.0, 0, 1]] * 5)
    alone = shares.shares(once)
    assert (alone.win.value, alone.tie.value, alone.lose.value, alone.ahead.value) == (0.6, 0.3, 0.1, 0.5)
    assert alone.win.low < 0.6 < alone.win.high
    assert alone.p == pytest.approx(shares.sign_test(30, 5))
    assert alone.p < 0.001
    copied = shares.shares(once * 3)
    assert copied.votes == 150
    assert (copied.win.low, copied.win.high) == pytest.approx((alone.win.low, alone.win.high)), "three alike are one"
    assert (copied.ahead.low, copied.ahead.high) == pytest.approx((alone.ahead.low, alone.ahead.high))
    with pytest.raises(ValueError, match="without a vote"):
        shares.shares(np.zeros((2, 3)))


def test_when_all_say_the_same_the_interval_is_not_a_point() -> None:
    unanimous = shares.shares(np.array([[2.0, 0, 0]] * 10))
    assert (unanimous.win.value, unanimous.win.high) == pytest.approx((1, 1))
    assert unanimous.win.low == pytest.approx(0.722, abs=0.001), "Wilson over ten questions, not over twenty votes"
    one = shares.shares(np.array([[0.0, 0, 1]]))
    assert one.ahead.value == -1
    assert one.ahead.high > 0, "one vote shows nothing"


def test_the_sign_test_is_the_binomial_one() -> None:
    assert shares.sign_test(0, 0) == 1
    assert shares.sign_test(5, 5) == 1
    assert shares.sign_test(22, 16) == pytest.approx(0.418, abs=0.001), "11 % against 8 % of 200: nothing"
    assert shares.sign_test(110, 80) == pytest.approx(0.035, abs=0.001), "of 1,000: something"


@pytest.mark.parametrize(
    ("win", "tie", "lose", "said"),
    [
        (60, 20, 20, "a is better"),
        (20, 20, 60, "b is better"),
        (0, 4000, 0, "neither is worse than the other"),
        (100, 1800, 100, "neither is worse than the other"),
        (26, 380, 16, "a is not worse than b by 5%"),
        (4, 2, 3, "nothing is shown"),
    ],
)
def test_what_is_shown_is_said_in_words(win: int, tie: int, lose: int, said: str) -> None:
    counts = np.array([[1.0, 0, 0]] * win + [[0.0, 1, 0]] * tie + [[0.0, 0, 1]] * lose)
    assert shares.said(shares.shares(counts), ["a", "b"], 0.05).startswith(said)


@pytest.mark.parametrize("truth", [(0.11, 0.8, 0.09), (0.5, 0.2, 0.3)])
def test_intervals_cover_a_known_truth(truth: tuple[float, float, float]) -> None:
    """150 arenas here, 1,000 by ``pincite arena simulate``. The bound is four standard errors below 95 %."""
    report = simulate.run(truth=truth, runs=150, questions=60, raters=2, seed=5)
    for name, row in report.systems.items():
        assert row["covered"] >= 0.88, name
        assert abs(row["mean"] - row["truth"]) < 0.02, name
    assert report.systems["win"]["truth"] == pytest.approx(0.95 * truth[0] + 0.025)


def test_intervals_that_are_too_narrow_are_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without minding that votes on one question are alike, the simulation fails: it is a check that can."""
    monkeypatch.setattr(shares, "Z", 1.0)
    report = simulate.run(truth=(0.11, 0.8, 0.09), runs=100, questions=60, raters=2, seed=5)
    assert report.systems["ahead"]["covered"] < 0.88
