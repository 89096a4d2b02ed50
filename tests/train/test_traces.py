"""Does a pair teach a planner exactly what it is asked while answering, and only what led to a supported answer?"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from pincite.answer.clarify.form import parsed as form_parsed
from pincite.answer.clarify.form import proposal
from pincite.answer.question.split import Part
from pincite.answer.research.propose import parsed, proposed
from pincite.errors import BadInput
from pincite.events import Stepped
from pincite.library.traces import Outcome, Trace
from pincite.ports import Deadline, ModelCard, Prompt, Stop, Token
from pincite.train.traces import gate, main, pairs, read, standalone
from pincite.types import Choice, Form, FormField, FormReply, Status

ASKED = "Where was the director of Low Tide born?"
PLAN = ("Who directed Low Tide?", "Where was … born?")
GOOD = Outcome(status=Status.ANSWERED, verdicts={"supported": 3, "partial": 1})


class Planner:
    """A ``ModelClient`` that keeps what it is told."""

    def __init__(self, said: str) -> None:
        self.card = ModelCard(id="test:planner", name="p", endpoint="test", dialect="openai", runs_on="this machine")
        self.told: list[Prompt] = []
        self._said = said

    async def stream(self, prompt: Prompt, deadline: Deadline) -> AsyncIterator[Token | Stop]:
        self.told.append(prompt)
        yield Token(self._said)
        yield Stop("stop")


def planned(
    *said: str, by: str = "x:m", answered: str = "2 of 2", outcome: Outcome = GOOD, plan: str = "fact", key: str = "a"
) -> Trace:
    told = " · ".join(said) or "no smaller questions"
    steps = [Stepped(step="plan", detail=plan), Stepped(step="research", detail=f"plan by {by}: {told}")]
    summary = f"{answered} smaller questions answered" if said else "one question in all"
    steps.append(Stepped(step="research", detail=f"{summary}; 3 searches, 1 calls of a model to plan"))
    return Trace(id=key, question=ASKED, mode="copilot", steps=tuple(steps), outcome=outcome)


def asked_back(form_id: str = "f") -> Trace:
    choices = (Choice(id="1", label="The car", query_patch="car"), Choice(id="2", label="The cat", query_patch="cat"))
    field = FormField(id="x", label="Which jaguar?", kind="one", choices=choices, allow_other=True, default=("1",))
    free = FormField(id="y", label="Since when?", kind="text")
    form = Form(id=form_id, text="Which jaguar do you mean?", why="Both are found.", fields=(field, free))
    return Trace(id=f"t{form_id}", question="jaguar speed", form=form, outcome=Outcome(status=Status.WAITING))


def replied(form_id: str = "f", *, skipped: bool = False, outcome: Outcome = GOOD) -> Trace:
    reply = FormReply(form_id=form_id, values={"x": ("1",)}, skipped=skipped)
    return Trace(id=f"r{form_id}", question="The car", reply=reply, outcome=outcome)


# ── plans ──


async def test_a_plan_is_told_as_the_planner_is_asked_and_reads_as_what_was_planned() -> None:
    (pair,) = pairs([planned(*PLAN)])
    planner = Planner(pair.completion)
    parts = await proposed(ASKED, planner, Deadline.after(20))
    assert (pair.system, pair.user) == (planner.told[0].system, planner.told[0].turns[-1].text)
    assert parts == (Part("Who directed Low Tide?"), Part("Where was {} born?", after=0))
    assert pair.valid


def test_a_place_further_back_keeps_its_number() -> None:
    (pair,) = pairs([planned("Who made A?", "When was B made?", "Where was [1] born?", answered="3 of 3")])
    plan = parsed(pair.completion, ASKED)
    assert plan is not None
    assert [part.after for part in plan] == [None, None, 0]


def test_a_question_that_needs_no_plan_teaches_to_leave_it_whole() -> None:
    (pair,) = pairs([planned()])
    assert (pair.completion, pair.valid) == (ASKED, True)
    assert parsed(pair.completion, ASKED) == ()


def test_a_follow_up_teaches_by_what_it_means() -> None:
    trace = planned(*PLAN, plan="fact: Where was the director of Low Tide born? · only example.org")
    assert standalone(trace) == ASKED
    assert standalone(planned(*PLAN)) == ASKED


@pytest.mark.parametrize(
    "trace",
    [
        planned(*PLAN, answered="1 of 2"),
        planned(*PLAN, outcome=GOOD.model_copy(update={"thumb": "down"})),
        planned(*PLAN, outcome=GOOD.model_copy(update={"declined": True})),
        planned(*PLAN, outcome=GOOD.model_copy(update={"status": Status.STOPPED})),
        planned(*PLAN, outcome=GOOD.model_copy(update={"verdicts": {"supported": 1, "unsupported": 2}})),
        planned(*PLAN, outcome=GOOD.model_copy(update={"verdicts": {}})),
        Trace(id="a", question=ASKED, outcome=GOOD),
    ],
)
def test_what_led_to_no_good_answer_teaches_no_plan(trace: Trace) -> None:
    assert pairs([trace]) == []


def test_the_same_lesson_is_told_once() -> None:
    assert len(pairs([planned(*PLAN), planned(*PLAN, key="b")])) == 1


# ── forms ──


async def test_a_form_that_led_to_an_answer_is_told_as_the_planner_is_asked() -> None:
    (pair,) = pairs([asked_back(), replied()])
    planner = Planner(pair.completion)
    found = await proposal("jaguar speed", planner, Deadline.after(20))
    assert pair.system == planner.told[0].system
    lines = [line for line in pair.user.splitlines() if "jaguar" in line]
    assert lines == [line for line in planner.told[0].turns[-1].text.splitlines() if "jaguar" in line]
    assert len(pair.user) == len(planner.told[0].turns[-1].text), "but for the random word"
    assert found is not None
    assert [option.label for option in found.fields[0].options] == ["The car", "The cat"]
    assert [option.terms for option in found.fields[0].options] == ["car", "cat"]
    assert (found.text, found.why, len(found.fields)) == ("Which jaguar do you mean?", "Both are found.", 1)
    assert pair.valid


@pytest.mark.parametrize(
    "reply",
    [
        replied("other"),
        replied(skipped=True),
        replied(outcome=GOOD.model_copy(update={"thumb": "down"})),
        replied(outcome=GOOD.model_copy(update={"declined": True})),
    ],
)
def test_a_form_that_was_left_skipped_or_led_nowhere_teaches_nothing(reply: Trace) -> None:
    assert pairs([asked_back(), reply]) == []


# ── the gate, and files ──


def broken() -> Trace:
    """Its form has options that add nothing to the question, so nobody could have proposed it."""
    choices = tuple(Choice(id=str(n), label=f"Jaguar {n}", query_patch="jaguar") for n in range(2))
    form = Form(id="broken", text="?", fields=(FormField(id="x", label="x", kind="one", choices=choices),))
    return Trace(id="tbroken", question="jaguar", form=form, outcome=Outcome(status=Status.WAITING))


def written(path: Path, *traces: Trace) -> Path:
    path.write_text("".join(trace.model_dump_json() + "\n" for trace in traces), encoding="utf-8")
    return path


def test_below_the_gate_nothing_is_written(tmp_path: Path) -> None:
    bad = [broken(), replied("broken")]
    assert form_parsed(pairs(bad)[0].completion, "jaguar") is None
    few = [trace for n in range(100) for trace in (asked_back(f"f{n}"), replied(f"f{n}"))]
    few = [trace.model_copy(update={"question": f"{trace.question} {n}"}) for n, trace in enumerate(few)]
    file, out = written(tmp_path / "traces.jsonl", *few, *bad), tmp_path / "pairs.jsonl"
    with pytest.raises(BadInput, match=r"1 of 101 pairs do not read .* trace tbroken; nothing was written"):
        main([str(file), "--out", str(out)])
    assert not out.exists()
    many = [trace.model_copy(update={"question": f"{trace.question} again"}) for trace in few]
    twice = [
        trace.model_copy(
            update={
                "form": trace.form and trace.form.model_copy(update={"id": f"{trace.form.id}x"}),
                "reply": trace.reply and trace.reply.model_copy(update={"form_id": f"{trace.reply.form_id}x"}),
            }
        )
        for trace in many
    ]
    assert gate(pairs([*few, *twice, *bad])) == pytest.approx(200 / 201)


def test_pairs_are_written_as_trainers_take_them_and_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(tmp_path / "a.jsonl", planned(*PLAN), asked_back(), replied())
    assert main([str(file)]) == 0
    said = capsys.readouterr()
    rows: list[dict[str, Any]] = [json.loads(line) for line in said.out.splitlines()]
    assert [row["kind"] for row in rows] == ["plan", "form"]
    assert [[turn["role"] for turn in (*row["prompt"], *row["completion"])] for row in rows] == [
        ["system", "user", "assistant"]
    ] * 2
    assert json.loads(said.err) == {"traces": 3, "plan": 1, "form": 1, "valid": 1.0}


def test_a_file_that_is_none_is_named_with_its_line(tmp_path: Path) -> None:
    file = written(tmp_path / "a.jsonl", planned(*PLAN))
    file.write_text(file.read_text("utf-8") + '\n{"question": 1}\n', encoding="utf-8")
    with pytest.raises(BadInput, match=r"a\.jsonl, line 3: no trace"):
        read(file)
    with pytest.raises(BadInput, match="can't be read"):
        read(tmp_path / "nowhere.jsonl")
    with pytest.raises(BadInput, match="no trace teaches anything"):
        main([str(written(tmp_path / "b.jsonl"))])
