"""How asking back is measured: what is asked, who answers, what counts, and when options are good."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.evals.conftest import written

from pincite.errors import BadInput
from pincite.evals import clarify, options
from pincite.evals.__main__ import main
from pincite.evals.clarify import Request, chosen, flaws
from pincite.types import Choice, Document, Form, FormField, Hit, Passage

SIDES = {
    "Geography": "The Rhine rises in the Swiss Alps and ends in the North Sea. It is 1,230 kilometres long.",
    "Shipping": "The Rhine carries more ships than any other river. Barges bring coal to Duisburg.",
    "Wildlife": "Salmon came back to the Rhine in 1990. Beavers live there again.",
}


def article(id_: str, title: str, **sides: str) -> dict[str, str]:
    text = f"{title} is told of here. " + "\n\n".join(f"\n\n## {name}\n\n{said}" for name, said in sides.items())
    return {"id": id_, "title": title, "text": text, "url": f"https://example.org/{id_}"}


ARTICLES = [
    article("rhine", "Rhine", **SIDES),
    article("council", "Council of Basel", Facts="The council of Basel met from 1431 to 1449. It elected a pope."),
    article("treaty", "Treaty of Basel", Facts="The treaty of Basel ended a war with Prussia in 1795."),
    article(
        "mission", "Mission of Basel", Facts="The mission of Basel sent teachers to Ghana. It was founded in 1815."
    ),
]
QUESTIONS = [
    {"id": "1", "question": "When did salmon come back to the Rhine?", "article_id": "rhine", "answers": ["1990"]},
    {"id": "2", "question": "Until when did the council of Basel meet?", "article_id": "council", "answers": ["1449"]},
    {"id": "3", "question": "Who?", "article_id": "nowhere", "answers": ["x"]},
]


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    return written(tmp_path / "a.jsonl", *ARTICLES), written(tmp_path / "q.jsonl", *QUESTIONS)


def test_choosing_helps_and_a_clear_question_is_not_asked_back(files: tuple[Path, Path], tmp_path: Path) -> None:
    requests = written(tmp_path / "others.jsonl", {"query": "rhine"}, {"request": "How long is the Rhine river?"})
    report = clarify.run([files[0]], [files[1]], [requests], dense=False)
    heading = report.systems["heading"]
    assert (heading["n"], heading["asked"]["value"]) == (2, 0.5)  # "Rhine" is, "Council of Basel" is not
    assert heading["valid"] == 1.0
    assert heading["picked"] == 1.0
    assert heading["asked ndcg@10"]["chosen"] >= heading["asked ndcg@10"]["quick"]
    assert report.systems["title"]["asked"]["value"] == 1.0
    assert report.systems["title"]["asked answer shown"] == {"quick": 1.0, "chosen": 1.0, "skipped": 1.0}
    assert report.systems["clear"]["asked"]["value"] == 0.0
    assert report.systems["others"]["n"] == 2
    assert report.systems["all turns"]["n"] == report.facts["turns"]
    assert report.facts["documents"] == len(ARTICLES)


def test_fewer_documents_keep_those_that_are_asked_about(files: tuple[Path, Path]) -> None:
    report = clarify.run([files[0]], [files[1]], documents=2, dense=False, limit=1)
    assert 1 <= report.facts["documents"] <= len(ARTICLES)
    assert report.systems["clear"]["n"] == 1


def test_files_that_do_not_belong_together_are_refused(tmp_path: Path, files: tuple[Path, Path]) -> None:
    other = written(tmp_path / "o.jsonl", {"id": "x", "title": "Other", "text": "Nothing."})
    with pytest.raises(BadInput, match="no question is about"):
        clarify.run([other], [files[1]], dense=False)
    bad = written(tmp_path / "bad.jsonl", {"id": "x", "title": "Other"})
    with pytest.raises(BadInput, match=r"bad\.jsonl:1"):
        clarify.run([bad], [files[1]], dense=False)


def test_the_command_prints_a_table_and_the_exam(
    files: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["clarify", "--articles", str(files[0]), "--questions", str(files[1]), "--by-words"]
    assert main(given) == 0
    assert "| all turns |" in capsys.readouterr().out
    panes = written(
        tmp_path / "panes.jsonl",
        {"query": "rhine", "options": [{"text": "wine", "label": 2}, {"text": "ships"}], "options_label": 2},
        {"query": "rhine", "options": [{"text": "the rhine"}, {"text": "ships"}], "options_label": 0},
        {"query": "rhine", "options": [{"text": "wine", "label": 0}, {"text": "ships"}], "options_label": 0},
        {"query": "rhine", "options": [{"text": "wine", "label": 0}, {"text": "ships"}], "options_label": 1},
        {"query": "rhine", "options": [{"text": "x"}], "options_label": None},
    )
    assert main(["clarify", "--panes", str(panes), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["sets"] == 4
    told = {name: (row["bad"], row["said_bad"], row["both"]) for name, row in found["systems"].items()}
    assert told == {"well formed": (2, 1, 1), "leads somewhere": (2, 2, 1), "both": (2, 3, 2)}
    assert (found["systems"]["both"]["precision"], found["systems"]["both"]["recall"]) == (0.6667, 1.0)
    assert main(["clarify"]) == 1
    assert "--articles" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("labels", "fair"),
    [
        (["Geography", "Shipping"], [True, True]),
        (["the rhine", "Shipping"], [False, True]),
        (["wine of", "Shipping"], [False, True]),
        (["Celtic name", "how much"], [True, False]),
        (["wine,", "- ships"], [False, False]),
        (["Rhine wine", "wines"], [False, False]),
        (["one two three four five six seven", "ships"], [False, True]),
    ],
)
def test_an_option_is_well_formed_by_the_rule(labels: list[str], fair: list[bool]) -> None:
    assert options.judged("rhine", labels) == fair


@pytest.mark.parametrize(
    ("texts", "leads"),
    [
        (["The Rhine is known for its wine."], True),
        (["Wine is made of grapes.", "Ships on the Rhine."], False),
        (["Nothing."] * options.FIRST + ["The Rhine is known for its wine."], False),
        ([], False),
    ],
)
def test_an_option_leads_to_what_it_says_and_to_what_was_asked(texts: list[str], leads: bool) -> None:
    assert options.lands("Tell me about the Rhine", "wine", hits(*texts)) == leads


def hits(*texts: str) -> list[Hit]:
    document = Document(url="https://example.org/europe", title="Europe")
    made = [Passage(id=text, document=document, text=text, start=0, end=len(text)) for text in texts]
    return [Hit(passage=passage, score=1, backend="b") for passage in made]


def test_options_that_lead_to_the_same_passage_are_not_told_apart() -> None:
    found = [hits("a", "b"), hits("b", "a"), hits("a", "c"), hits()]
    assert options.apart(found) == [False, True, False, False]


def form(*labels: str, **more: object) -> Form:
    choices = tuple(Choice(id=str(n), label=label) for n, label in enumerate(labels, start=1))
    field = FormField(id="f", label="Which?", kind="one", choices=choices).model_copy(update=more)
    return Form(text="Which?", why="It splits.", fields=(field,))


def test_the_simulated_person_picks_what_is_meant_or_skips() -> None:
    request = Request("rhine", "heading", meant="Rhine Wildlife When did salmon come back?")
    assert chosen(form("Shipping", "Wildlife"), request) == {"f": ("2",)}
    assert chosen(form("Shipping", "Rhine"), request) == {}


def test_a_form_with_flaws_is_told() -> None:
    assert flaws(form("a", "b", default=("1",))) == []
    assert flaws(form("a")) == ["f: 1 choices"]
    assert flaws(form(*"abcdefg")) == ["f: 7 choices"]
    assert flaws(form("a", "A"))
    assert flaws(form("a", "b", default=("3",)))
    assert flaws(form("a", "b", default=("1", "2")))
    assert flaws(form())
    assert flaws(form("a", "b").model_copy(update={"why": " "}))
    assert flaws(form("a", "b").model_copy(update={"fields": form("a", "b").fields * 3}))


def test_of_a_conversation_the_first_turn_is_asked(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [
        {"request": "Tell me about the Rhine"},
        {"query": "rhine"},
        {"turns": [{"n": 1, "user": "What is the Rhine?"}, {"n": 2, "user": "How long is it?"}]},
        {"history": [], "question": "Where does it end?"},
        {"history": ["Where does it end?", "In the North Sea."], "question": "And where does it rise?"},
        {"turns": []},
    ]
    path = written(tmp_path / "requests.jsonl", *rows)
    asked = clarify._requests(path, None, 0)
    assert sorted(asked) == ["Tell me about the Rhine", "What is the Rhine?", "Where does it end?", "rhine"]
