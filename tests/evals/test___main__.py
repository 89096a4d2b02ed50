"""How it is measured without a door."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from tests.evals.conftest import SmallSet

from pincite.evals.__main__ import main
from pincite.settings import Settings
from pincite.testing.model_server import ModelServer, running


def test_numbers_go_to_stdout_and_progress_to_stderr(small: SmallSet, capsys: pytest.CaptureFixture[str]) -> None:
    given = ["--passages", str(small.passages), "--questions", str(small.questions), "--cache", str(small.cache)]
    assert main(["retrieval", *given, "--json"]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["n"] == 4
    assert "index" in said.err


def test_a_wrong_file_is_said_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["followups", "--questions", str(tmp_path / "none.jsonl")]) == 1
    assert capsys.readouterr().err == f"pincite: there is no {tmp_path / 'none.jsonl'}\n  → check the path\n"


@pytest.mark.parametrize(
    "given",
    [["retrieval", "--questions", "q.jsonl"], ["answers", "--questions", "q", "--passages", "p", "--limit", "0"]],
)
def test_a_wrong_call_is_a_usage_error(given: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        main(given)
    assert raised.value.code == 2
    assert "usage: pincite eval" in capsys.readouterr().err


# ── from questions to a report ──


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_one_command_answers_judges_and_reports_and_gives_the_same_again(
    small: SmallSet, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["--passages", str(small.passages), "--questions", str(small.questions), "--cache", str(small.cache)]
    words = ["all", *given, "--by", "lexical", "--json"]
    assert main([*words, "--out", str(tmp_path / "a")]) == 0
    first = json.loads(capsys.readouterr().out)
    assert main([*words, "--out", str(tmp_path / "a")]) == 0
    assert json.loads(capsys.readouterr().out) == first, "finished: nothing is done anew"
    assert main([*words, "--out", str(tmp_path / "b")]) == 0
    second = json.loads(capsys.readouterr().out)
    (column,), (other,) = first["columns"], second["columns"]
    untimed = {name for name, figure in column["figures"].items() if figure["unit"] != "ms"}
    assert len(untimed) > 15
    assert all(column["figures"][name] == other["figures"][name] for name in untimed)
    assert column["figures"]["citation precision"]["value"] == 1
    assert column["figures"]["citation precision"]["exam"] == "not taken"
    assert len(rows(tmp_path / "a" / "answers.jsonl")) == len(rows(tmp_path / "a" / "judged.jsonl")) == 6


def test_an_exam_beside_the_results_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    claims = tmp_path / "claims.jsonl"
    text = "The tower was completed in the year 1889 by a company of engineers"
    lines = [{"claim": f"{text} {n}", "evidence": [f"{text} {n}"], "label": "supported"} for n in range(120)]
    lines += [{"claim": f"Banana {n} is blue.", "evidence": [text], "label": "not_supported"} for n in range(120)]
    claims.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    assert main(["exam", "--by", "lexical", "--sets", str(claims), "--out", str(tmp_path), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["passed"] is True
    assert said["sets"]["claims"]["auc"] == 1
    answers = tmp_path / "answers.jsonl"
    answers.write_text(json.dumps({"question": "When?", "answer": f"{text} [1].", "sources": [{"text": text}]}) + "\n")
    judged = tmp_path / "judged.jsonl"
    assert main(["judge", str(answers), "--by", "lexical", "--out", str(judged)]) == 0
    capsys.readouterr()
    assert main(["report", str(judged), "--out", str(tmp_path / "report"), "--json"]) == 0
    (column,) = json.loads(capsys.readouterr().out)["columns"]
    assert column["figures"]["citation recall"]["proxy"] is False
    assert column["figures"]["citation recall"]["exam"].startswith("passed: AUC 1.000")


SETS = ["--passages", "p.jsonl", "--questions", "q.jsonl"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["judge", "a.jsonl", "--by", "lexical", "support", "--out", "x"], "--by takes one judge, not lexical support"),
        (["exam", "--by", "human", "--sets", "a.jsonl"], "there is no judge 'human'\n  → there are lexical, support"),
        (["all", *SETS, "--by", "nobody", "--out", "x"], "there is no judge 'nobody'"),
        (["exam", "--by", "lexical", "--data", "nowhere"], "there are no claims in nowhere"),
        (["report", "a.jsonl", "--out", "x"], "a.jsonl:1 is no Judged of an evaluation\n  → pincite eval run makes"),
    ],
)
def test_wrong_words_are_told_and_not_passed_over(
    words: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.jsonl").write_text('{"question": "When?", "answer": "Now."}\n', "utf-8")
    assert main(words) == 1
    told = capsys.readouterr().err
    assert said in told
    assert "human FILE" not in told
    assert not Path("x").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [(["--absent"], "unrecognized arguments: --absent"), (["--limit", "0"], "'0' is no whole number from 1")],
)
def test_words_that_a_command_cannot_heed_are_refused(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["retrieval", "--passages", "p", "--questions", "q", *words])
    assert said in capsys.readouterr().err


def test_people_judge_by_the_form_and_their_agreement_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answers, form, out = tmp_path / "answers.jsonl", tmp_path / "form.html", tmp_path / "people.jsonl"
    answers.write_text(
        json.dumps({"question": "When?", "answer": "In 1889 [1].", "sources": [{"text": "1889"}]}) + "\n"
    )
    assert main(["form", str(answers), "--out", str(form)]) == 0
    id_ = form.read_text("utf-8").split('"id": "')[1][:16]
    files = []
    for rater in ("ada", "ben"):
        line = {"start": 0, "worthy": True, "support": "full", "each": ["full"]}
        rating = {"rater": rater, "id": id_, "fluency": 5, "utility": 4, "statements": [line]}
        files.append(tmp_path / f"{rater}.jsonl")
        files[-1].write_text(json.dumps(rating) + "\n")
    capsys.readouterr()
    assert main(["judge", str(answers), "--by", "human", *map(str, files), "--out", str(out), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["systems"]["citation supports"] == {"kappa": None, "equal": 1, "n": 1}
    assert rows(out)[0]["judge"] == "2 people"
    assert main(["judge", str(answers), "--by", "human", "--out", str(out)]) == 1
    assert "pincite eval form" in capsys.readouterr().err
    before = answers.read_bytes()
    assert main(["judge", str(answers), "--by", "human", *map(str, files), "--out", str(answers)]) == 1
    assert main(["form", str(answers), "--out", str(answers)]) == 1
    assert answers.read_bytes() == before, "no file that is something else is written over"


async def test_any_server_can_judge_by_its_address(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "The tower was completed in 1889."
    answers, out = tmp_path / "answers.jsonl", tmp_path / "judged.jsonl"
    answers.write_text(json.dumps({"question": "When?", "answer": f"{text} [1]", "sources": [{"text": text}]}) + "\n")
    server = ModelServer(answer=json.dumps({"verdict": "full", "quote": text}))
    async with running(server):
        words = ["judge", str(answers), "--by", "llm:test-model", "--url", server.base_url, "--out", str(out)]
        assert await asyncio.to_thread(main, words, Settings()) == 0
    (judged,) = rows(out)
    assert judged["judge"].startswith("llm judge:test-model ")
    assert judged["rulings"][0]["union"]["label"] == "full"
    assert judged["rulings"][0]["union"]["evidence"][0]["span"] == {"start": 0, "end": len(text) - 1}


@pytest.mark.parametrize(
    ("by", "said"),
    [
        ("oracle", "there is no judge 'oracle'"),
        ("verbatim:more", "there is no judge 'verbatim:more'"),
        ("support:nowhere:Nothing", "there is no support checker 'nowhere:Nothing'"),
        ("llm:nowhere:nothing", "there is no model 'nowhere:nothing'"),
        ("llm", "no model is named"),
    ],
)
def test_a_judge_that_is_not_there_is_said_with_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], by: str, said: str
) -> None:
    answers = tmp_path / "answers.jsonl"
    answers.write_text(json.dumps({"question": "When?", "answer": "In 1889."}) + "\n")
    assert main(["judge", str(answers), "--by", by, "--out", str(tmp_path / "out.jsonl")], Settings(), {}) == 1
    error = capsys.readouterr().err
    assert said in error
    assert len(error.strip().splitlines()) == 2, "what is wrong, and what to do"
