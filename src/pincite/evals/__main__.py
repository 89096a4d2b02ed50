"""How is it measured without a door? ``python -m pincite.evals retrieval --passages … --questions …``"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from pincite.encoders.cross import CrossEncoder
from pincite.errors import BadInput
from pincite.evals import (
    answering,
    answers,
    clarify,
    exam,
    followups,
    gate,
    judges,
    judging,
    named,
    raters,
    research,
    retrieval,
    sql,
    summary,
    typos,
    widgets,
)
from pincite.evals.command import Commands, Given, asked_of, cached, call, positive, reached, show
from pincite.evals.judging import Judged
from pincite.evals.record import append, kept, records
from pincite.evals.report import Report, told
from pincite.evals.sets import sample
from pincite.settings import Settings

_FORMATS = """Measures on any passages and questions (each command has its own --help):
  pincite eval retrieval --passages FILE… --questions FILE…
  pincite eval answers   --passages FILE… --questions FILE… [--absent]
  pincite eval followups --questions FILE…
  pincite eval clarify   --articles FILE… --questions FILE… [--requests FILE…] | --panes FILE…
  pincite eval research  --questions FILE…
  pincite eval widgets   --queries FILE… [--questions FILE…] [--traps FILE…]
  pincite eval sql       --questions FILE…

Judging answers, ours or anybody's (docs/evaluation.md):
  pincite eval all       --passages FILE… --questions FILE… --by JUDGE --out FOLDER
  pincite eval run       --passages FILE… --questions FILE… --out answers.jsonl
  pincite eval judge     answers.jsonl --by lexical|support|verbatim|support:MODULE:NAME|llm:ENDPOINT:MODEL
                         --out judged.jsonl
  pincite eval form      answers.jsonl --out form.html
  pincite eval judge     answers.jsonl --by human RATINGS… --out people.jsonl
  pincite eval exam      --by JUDGE --out FOLDER
  pincite eval report    judged.jsonl… --out FOLDER
  pincite eval gate      [gates.toml]

Files are .jsonl, .jsonl.gz or .jsonl.xz, one JSON object a line:
  passages   {"id", "text", "title"?, "url"?}
  questions  {"id", "question" or "query", "passage_id" or "rel": {id: grade}, "answers"?: [], "impossible"?}
  queries    {"text", "intent", "set"?}, with intents named as in CLINC150
  research   {"question", "answer", "passages": [{"title", "sentences", "gold_sentences"}]}, as HotpotQA's
  articles   {"id", "title", "text", "url"?}, headings as ## lines; their questions {"id", "question", "article_id",
             "answers"}
  requests   {"request" or "query" or "question"}; panes {"query", "options": [{"text"}], "options_label": 0, 1 or 2}
  followups  {"id", "history": [question, answer, ...] or [{"question", "answer"}], "question", "rewrite", "url"?}
             or {"id", "turns": [{"n"?, "user", "resolved", "system"?, "parent"?}]}
  sql        {"db", "question", "gold": SQL or [SQL, …]}, without gold where the data has no answer; <db>.sqlite or
             <db>.sqlite.xz beside it
Unknown fields are ignored. Vectors of passages are kept between runs."""
GATES = Path("tests/fixtures/gate/gates.toml")
EXAM = ("begin", "wice", "climate-fever", "healthver", "qags")


def main(
    arguments: list[str] | None = None, settings: Settings | None = None, env: Mapping[str, str] = os.environ
) -> int:
    """Runs one command; 1 where something is wrong or a gate is not kept. ``settings`` are a door's."""
    return call(RUN, _parser().parse_args(arguments), settings, env)


# ── the commands ──


def _measure(given: Given) -> int:
    words = given.words
    shared = {"limit": words.limit, "seed": words.seed, "telling": told(sys.stderr)}
    if words.what == "followups":
        return show(given, followups.run(words.questions, **shared))
    shared["cache"] = words.cache
    if words.what == "typos":
        return show(given, typos.run(words.passages, words.questions, **shared))
    cross = CrossEncoder.configured(given.settings)
    if words.what == "answers":
        report = answers.run(words.passages, words.questions, absent=words.absent, cross=cross, **shared)
        return show(given, report)
    return show(given, retrieval.run(words.passages, words.questions, weight=words.weight, scorer=cross, **shared))


def _sql(given: Given) -> int:
    words = given.words
    return show(given, sql.run(words.questions, limit=words.limit, seed=words.seed, telling=told(sys.stderr)))


def _widgets(given: Given) -> int:
    words = given.words
    telling = told(sys.stderr)
    return show(given, widgets.run(words.queries, words.questions, words.traps, part=words.part, telling=telling))


def _clarify(given: Given) -> int:
    words = given.words
    if words.panes:
        return show(given, clarify.exam(words.panes))
    if not words.articles or not words.questions:
        raise BadInput("no articles or no questions", hint="give --articles and --questions, or --panes")
    shared = {"limit": words.limit, "seed": words.seed, "telling": told(sys.stderr)}
    given_sets = (words.articles, words.questions, words.requests)
    return show(given, clarify.run(*given_sets, documents=words.documents, dense=not words.by_words, **shared))


def _research(given: Given) -> int:
    words = given.words
    shared = {"limit": words.limit, "seed": words.seed, "cache": words.cache, "telling": told(sys.stderr)}
    return show(given, research.run(words.questions, settings=given.settings, **shared))


def _run(given: Given) -> int:
    return show(given, _answered(given, given.words.out))


def _judge(given: Given) -> int:
    words = given.words
    if words.by[0] == "human":
        return _people(given)
    return show(given, _judged(given, words.answers, words.out, words.limit))


def _all(given: Given) -> int:
    """Answers, rulings and the report in one folder; each step goes on where it was stopped."""
    folder: Path = given.words.out
    asyncio.run(_known(given))
    _answered(given, folder / "answers.jsonl")
    _judged(given, folder / "answers.jsonl", folder / "judged.jsonl", None)
    return show(given, summary.summarise([folder / "judged.jsonl"], folder))


async def _known(given: Given) -> None:
    """Raises ``BadInput`` for a judge that nobody knows, before minutes of answering."""
    async with _called(given):
        pass


def _answered(given: Given, out: Path) -> Report:
    words = given.words
    return answering.run(
        words.passages,
        words.questions,
        out,
        absent=words.absent,
        limit=words.limit,
        seed=words.seed,
        cache=words.cache,
        model=words.model,
        system=words.system,
        settings=given.settings,
        env=given.env,
        telling=told(sys.stderr),
    )


def _judged(given: Given, read: Path, out: Path, limit: int | None) -> Report:
    async def go() -> Report:
        async with _called(given) as judge:
            return await judging.run(read, judge, out, limit=limit, seed=given.words.seed, telling=told(sys.stderr))

    return asyncio.run(go())


def _people(given: Given) -> int:
    """Their judgements are few and always read anew, so the file is written anew too."""
    words = given.words
    files = [Path(name) for name in words.by[1:]]
    if not files:
        raise BadInput("--by human needs the files that the form gave", hint="make a form with: pincite eval form")
    said = raters.ratings(files)
    made = raters.judged(records(words.answers), said)
    if any(not one.human for one in kept(words.out, Judged)):
        raise BadInput(f"{words.out} holds a judge's rulings", hint="give another --out")
    words.out.unlink(missing_ok=True)
    append(words.out, made)
    facts = {"n": len(made), "raters": len({one.rater for one in said}), "file": str(words.out)}
    return show(given, Report("judge", facts, dict(raters.agreement(said))))


def _form(given: Given) -> int:
    words = given.words
    chosen = sample(list(records(words.answers)), words.limit, words.seed)
    if words.out.resolve() == words.answers.resolve():
        raise BadInput(f"{words.out} holds the answers", hint="give another --out, such as form.html")
    words.out.write_text(raters.form(chosen, seed=words.seed, debate=words.debate), encoding="utf-8")
    return show(given, Report("form", {"n": len(chosen), "file": str(words.out)}))


def _exam(given: Given) -> int:
    words = given.words
    files = {path.name.split(".")[0]: path for path in words.sets}
    if not files:
        if not words.data.is_dir():
            raise BadInput(f"there are no claims in {words.data}", hint="give --sets FILE…, or --data FOLDER")
        files = {name: words.data / "attribution" / f"{name}.jsonl.xz" for name in EXAM}
        files["expertqa"] = words.data / "expertqa" / "annotated_answers.jsonl.xz"

    async def go() -> exam.Exam:
        async with _called(given) as judge:
            return await exam.take(judge, files, limit=words.limit, seed=words.seed, telling=told(sys.stderr))

    taken = asyncio.run(go())
    path = exam.keep(taken, words.out)
    if words.json:
        sys.stdout.write(taken.model_dump_json(indent=2) + "\n")
        return 0
    calibrated = f"ECE {taken.ece_together:.3f} over all sets together, {taken.ece:.3f} the mean of their own"
    facts = {"judge": taken.judge, "result": taken.said(), "calibration": calibrated, "file": str(path)}
    return show(given, Report("exam", facts, {name: grade.model_dump() for name, grade in taken.sets.items()}))


def _report(given: Given) -> int:
    return show(given, summary.summarise(given.words.judged, given.words.out))


def _gate(given: Given) -> int:
    held = gate.run(given.words.gates, cache=given.words.cache, telling=told(sys.stderr))
    if given.words.json:
        rows = {one.figure: {"value": one.value, one.kind: one.bound, "kept": one.kept} for one in held}
        sys.stdout.write(json.dumps({"kind": "gate", "figures": rows}, indent=2) + "\n")
    else:
        sys.stdout.write("".join(one.said() + "\n" for one in held))
    fallen = [one for one in held if not one.kept]
    if fallen:
        sys.stderr.write(f"{len(fallen)} of {len(held)} figures fell: {', '.join(one.figure for one in fallen)}\n")
    return 1 if fallen else 0


def _called(given: Given) -> AbstractAsyncContextManager[judges.SupportJudge]:
    """The judge that ``--by`` names."""
    words = given.words
    if len(words.by) > 1 and words.by[0] != "human":
        raise BadInput(
            f"--by takes one judge, not {' '.join(words.by)}", hint="judge once for each, into files of their own"
        )
    others = ("human FILE…",) if words.what == "judge" else ()
    return named.judge(
        words.by[0],
        given.settings,
        given.env,
        url=words.url or "",
        key_env=words.key_env,
        seed=words.seed,
        others=others,
    )


RUN: Commands = {
    "retrieval": _measure,
    "answers": _measure,
    "followups": _measure,
    "typos": _measure,
    "clarify": _clarify,
    "research": _research,
    "widgets": _widgets,
    "sql": _sql,
    "all": _all,
    "run": _run,
    "judge": _judge,
    "form": _form,
    "exam": _exam,
    "report": _report,
    "gate": _gate,
}


# ── the words ──


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pincite eval",
        description="Measure how good answers are, on questions whose answers are known or by a judge's word.",
        epilog=_FORMATS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="what", required=True, metavar="COMMAND")

    def command(name: str, line: str, *, sampled: bool = True) -> argparse.ArgumentParser:
        made = commands.add_parser(
            name, help=line, description=line, epilog=_FORMATS, formatter_class=argparse.RawDescriptionHelpFormatter
        )
        made.add_argument("--json", action="store_true", help="numbers for a program instead of a table")
        if sampled:
            made.add_argument("--limit", type=positive, metavar="N", help="a sample of this many")
            made.add_argument("--seed", type=int, default=0, help="which sample, which half is absent, which order")
        return made

    made = command("retrieval", "Are the right passages found, and how fast?")
    asked_of(made)
    made.add_argument("--weight", type=float, help="share of the vectors in the fused score")
    made = command("answers", "Are pincite's answers right, cited, and silent where nothing is known?")
    asked_of(made)
    _absent(made)
    asked_of(command("typos", "What does a slip of the keyboard cost, and what does spelling win back?"))
    made = command("followups", "Are follow-up questions understood?")
    made.add_argument("--questions", type=Path, nargs="+", required=True, metavar="FILE")
    made = command("clarify", "Does asking back pay, and how often is it done?")
    made.add_argument("--articles", type=Path, nargs="+", default=[], metavar="FILE", help="with ## headings; indexed")
    made.add_argument("--questions", type=Path, nargs="+", default=[], metavar="FILE", help="about these articles")
    made.add_argument("--requests", type=Path, nargs="+", default=[], metavar="FILE", help="of other sets; only asked")
    made.add_argument("--documents", type=positive, metavar="N", help="index only so many articles")
    made.add_argument("--by-words", action="store_true", help="without vectors")
    made.add_argument("--panes", type=Path, nargs="+", default=[], metavar="FILE", help="the exam of the rule instead")
    made = command("sql", "Do questions become the right SQL without a model?")
    made.add_argument("--questions", type=Path, nargs="+", required=True, metavar="FILE", help="beside their databases")
    made = command("research", "Does research in steps answer what takes two passages?")
    made.add_argument("--questions", type=Path, nargs="+", required=True, metavar="FILE")
    cached(made)
    made = command("widgets", "Do widgets answer what they should, and keep silent elsewhere?", sampled=False)
    made.add_argument("--queries", type=Path, nargs="+", required=True, metavar="FILE")
    made.add_argument("--questions", type=Path, nargs="+", default=[], metavar="FILE", help="none is for a widget")
    made.add_argument("--traps", type=Path, nargs="+", default=[], metavar="FILE", help="a question a line, for none")
    made.add_argument("--part", default="", metavar="SET", help="only queries of this set, such as val")
    _answering(command)
    _judging(command)
    made = command("report", "Judged answers as a table and charts.", sampled=False)
    made.add_argument("judged", type=Path, nargs="+", metavar="FILE")
    made.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    made = command("gate", "Has anything become worse? Exit code 1 if a figure fell.", sampled=False)
    made.add_argument("gates", type=Path, nargs="?", default=GATES, metavar="FILE", help=f"usually {GATES}")
    cached(made)
    return parser


Command = Callable[[str, str], argparse.ArgumentParser]


def _answering(command: Command) -> None:
    lines = {
        "all": "Answer questions, judge the answers, report: into one folder. Started again, it goes on.",
        "run": "Answer questions into a file, to be judged. Started again, it goes on.",
    }
    for name, line in lines.items():
        made = command(name, line)
        asked_of(made)
        _absent(made)
        made.add_argument("--out", type=Path, required=True, metavar="FOLDER" if name == "all" else "FILE")
        made.add_argument("--model", metavar="ID", help="endpoint:model that writes; without, answers are extracted")
        made.add_argument("--system", default="", metavar="NAME", help="how a report names these answers")
        if name == "all":
            _by(made)


def _absent(made: argparse.ArgumentParser) -> None:
    made.add_argument("--absent", action="store_true", help="leave half of the articles out and ask about them too")


def _by(made: argparse.ArgumentParser, more: str = "") -> None:
    known = f"lexical, support, verbatim, support:… or llm:…{more}"
    made.add_argument("--by", required=True, nargs="+", metavar="JUDGE", help=known)
    reached(made)


def _judging(command: Command) -> None:
    made = command("judge", "Judge answers into a file. Started again, it goes on.")
    made.add_argument("answers", type=Path, metavar="ANSWERS")
    _by(made, ", or human FILE…")
    made.add_argument("--out", type=Path, required=True, metavar="FILE")
    made = command("form", "Make a page on which people judge answers; any browser, no network.")
    made.add_argument("answers", type=Path, metavar="ANSWERS")
    made.add_argument("--out", type=Path, required=True, metavar="FILE")
    made.add_argument("--debate", action="store_true", help="also ask whether answers are one-sided and sure of it")
    made = command("exam", "Test a judge on claims that people have judged.")
    _by(made)
    made.add_argument("--sets", type=Path, nargs="+", default=[], metavar="FILE", help="other sets than the usual six")
    made.add_argument(
        "--data",
        type=Path,
        metavar="FOLDER",
        help="where attribution/ and expertqa/ are",
        default=Path(os.environ.get("PINCITE_SHARED_DATA", "../shared/data")),
    )
    made.add_argument("--out", type=Path, default=Path(), metavar="FOLDER", help="where the exam is kept; usually here")


if __name__ == "__main__":
    sys.exit(main())
