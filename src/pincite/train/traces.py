"""How do traces teach a planner? As pairs of what it is told and what it should have said, a line of JSON each.

    pincite traces export > traces.jsonl
    pincite train traces traces.jsonl --out pairs.jsonl

A plan teaches where each of its smaller questions was answered; a form where its reply led to an answer. In both, the
answer must be supported and no thumb down. A pair is told to the planner word for word as it is asked while answering,
and its completion must read there as what it came from: where fewer than ``VALID`` do, nothing is written.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from pincite.answer.clarify import form
from pincite.answer.research import propose
from pincite.errors import BadInput
from pincite.library.traces import Trace
from pincite.prompts import render
from pincite.types import Form, Status

VALID = 0.995
"""Share of the pairs that must read as what they came from."""
SUPPORTED = 0.5
"""Share of an answer's checked sentences that its sources must support for it to teach."""

_PLANNED = re.compile(r"plan by (?P<by>.+?): (?P<said>.+)")
_ANSWERED = re.compile(r"(\d+) of (\d+) smaller questions answered")
_BEFORE = "…"
"""In a plan as it is told: what the question before it finds."""
_WHOLE = "no smaller questions"


@dataclass(frozen=True)
class Pair:
    """What a planner is told, and what it should have said. ``source`` is the id of the trace."""

    kind: Literal["plan", "form"]
    source: str
    question: str
    system: str
    user: str
    completion: str
    parts: int
    """Smaller questions, or fields."""

    @property
    def valid(self) -> bool:
        """Does the completion read, where replies are read, as so many parts?"""
        if self.kind == "plan":
            plan = propose.parsed(self.completion, self.question)
            return plan is not None and len(plan) == self.parts
        read = form.parsed(self.completion, self.question)
        return read is not None and len(read.fields) == self.parts

    def json(self) -> str:
        """In the conversational form of prompt and completion that trainers take."""
        prompt = [{"role": "system", "content": self.system}, {"role": "user", "content": self.user}]
        completion = [{"role": "assistant", "content": self.completion}]
        told = {"kind": self.kind, "source": self.source, "prompt": prompt, "completion": completion}
        return json.dumps(told, ensure_ascii=False)


def main(words: Sequence[str]) -> int:
    """Runs the command; returns the exit code. Raises ``BadInput`` for what can't be read, and as ``gate``."""
    given = _parsed(words)
    traces = [trace for path in given.files for trace in read(path)]
    made = pairs(traces, given.supported)
    share = gate(made)
    lines = "".join(pair.json() + "\n" for pair in made if pair.valid)
    if given.out is None:
        sys.stdout.write(lines)
    else:
        given.out.write_text(lines, encoding="utf-8")
    counts = Counter(pair.kind for pair in made if pair.valid)
    told = {"traces": len(traces), "plan": counts["plan"], "form": counts["form"], "valid": round(share, 4)}
    sys.stderr.write(json.dumps(told) + "\n")
    return 0


def gate(made: Sequence[Pair]) -> float:
    """The share of valid pairs. Raises ``BadInput`` where it is below ``VALID``, or where there is nothing to learn."""
    if not made:
        raise BadInput(
            "no trace teaches anything: none has a plan or a form that led to a supported answer",
            hint="ask in copilot mode, with leave given (pincite traces on), and export again",
        )
    wrong = [pair for pair in made if not pair.valid]
    share = 1 - len(wrong) / len(made)
    if share < VALID:
        raise BadInput(
            f"{len(wrong)} of {len(made)} pairs do not read as what they came from, such as the {wrong[0].kind} of "
            f"trace {wrong[0].source}; nothing was written",
            hint="export the traces again with this version",
        )
    return share


def read(path: Path) -> list[Trace]:
    """The traces in a file. Raises ``BadInput`` that names the line."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} can't be read: {error}", hint="make it with: pincite traces export") from None
    found = []
    for number, line in enumerate(lines, start=1):
        try:
            found += [Trace.model_validate_json(line)] if line.strip() else []
        except ValidationError as error:
            why = error.errors()[0]["msg"].lower()
            raise BadInput(
                f"{path}, line {number}: no trace: {why}", hint="make it with: pincite traces export"
            ) from None
    return found


# ── pairs ──


def pairs(traces: Sequence[Trace], supported: float = SUPPORTED) -> list[Pair]:
    """What the traces teach, each once, in their order."""
    replied = {
        trace.reply.form_id: trace
        for trace in traces
        if trace.reply is not None and not trace.reply.skipped and _good(trace, supported)
    }
    found: dict[tuple[str, str, str], Pair] = {}
    for trace in traces:
        for pair in (*_plan(trace, supported), *_form(trace, replied)):
            found.setdefault((pair.kind, pair.user if pair.kind == "plan" else pair.question, pair.completion), pair)
    return list(found.values())


def _good(trace: Trace, supported: float) -> bool:
    outcome = trace.outcome
    enough = outcome.supported is not None and outcome.supported >= supported
    return outcome.status is Status.ANSWERED and not outcome.declined and outcome.thumb != "down" and enough


def _plan(trace: Trace, supported: float) -> Iterator[Pair]:
    told = [step.detail for step in trace.steps if step.step == "research"]
    planned = next(filter(None, map(_PLANNED.fullmatch, told)), None)
    answered = next(filter(None, map(_ANSWERED.match, reversed(told))), None)
    if planned is None or not _good(trace, supported) or (answered and answered[1] != answered[2]):
        return
    question = standalone(trace)
    lines = [] if planned["said"] == _WHOLE else planned["said"].split(" · ")
    if lines and answered is None:
        return
    numbered = [line.replace(_BEFORE, f"[{number}]") for number, line in enumerate(lines)]
    completion = "\n".join(numbered) or question
    yield Pair("plan", trace.id, question, render("parts"), f"Question: {question}", completion, len(lines))


def _form(trace: Trace, replied: dict[str, Trace]) -> Iterator[Pair]:
    if trace.form is None or trace.form.id not in replied:
        return
    question = standalone(trace)
    fence = sha256(trace.id.encode()).hexdigest()[:8]
    user = render("open_question", fence=fence, question=" ".join(question.split()))
    fields = [field for field in trace.form.fields if field.kind in ("one", "many")]
    yield Pair("form", trace.id, question, render("form"), user, worded(trace.form), len(fields))


def worded(asked: Form) -> str:
    """A form as a planner should write it. Fields without options are made by rules, and are left out."""
    fields = [
        {
            "label": field.label,
            "kind": field.kind,
            "options": [{"label": choice.label, "terms": choice.query_patch} for choice in field.choices],
        }
        for field in asked.fields
        if field.kind in ("one", "many")
    ]
    return json.dumps({"question": asked.text, "why": asked.why, "fields": fields}, ensure_ascii=False)


def standalone(trace: Trace) -> str:
    """The question as it was searched for: a follow-up with what it means in its thread."""
    plan = next((step.detail for step in trace.steps if step.step == "plan"), "")
    return plan.partition(" · ")[0].partition(": ")[2] or trace.question


def _share(text: str) -> float:
    if not 0 <= float(text) <= 1:
        raise argparse.ArgumentTypeError(f"{text} is no share: it takes 0 to 1")
    return float(text)


def _parsed(words: Sequence[str]) -> argparse.Namespace:
    asked = argparse.ArgumentParser(
        prog="pincite train traces", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    asked.add_argument("files", type=Path, nargs="+", metavar="FILE", help="of pincite traces export")
    asked.add_argument("--out", type=Path, metavar="FILE", help="instead of stdout")
    asked.add_argument(
        "--supported",
        type=_share,
        default=SUPPORTED,
        metavar="SHARE",
        help=f"of the answer's checked sentences, at least; usually {SUPPORTED}",
    )
    return asked.parse_args(words)
