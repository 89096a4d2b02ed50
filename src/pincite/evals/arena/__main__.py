"""How is it compared without a door? ``python -m pincite.evals.arena run --passages … --questions … --a … --b …``"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import sys
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from pincite.errors import BadInput
from pincite.evals import named
from pincite.evals.arena import ballot, match, simulate, voters
from pincite.evals.arena.contender import both
from pincite.evals.arena.tally import tally
from pincite.evals.command import Commands, Given, asked_of, call, positive, reached, show
from pincite.evals.report import Report, told
from pincite.settings import Settings

_STEPS = """One after the other, all in one folder (docs/arena.md):
  pincite arena run  --passages FILE… --questions FILE… --a NAME=VALUE… --b NAME=VALUE… --out FOLDER
  pincite arena form FOLDER --out page.html        people open it in any browser, and send back a file of votes
  pincite arena vote FOLDER --by JUDGE             or a judge votes
  pincite arena table FOLDER [VOTES…]              win / can't tell / lose, cost and time

What may differ between a and b: model=endpoint:model, instructions=TEXT, and settings under answer. and models.;
name=TEXT is how a table calls it. Whatever decides what is found is the same for both."""


def main(
    arguments: list[str] | None = None, settings: Settings | None = None, env: Mapping[str, str] = os.environ
) -> int:
    """Runs one command; 1 where something is wrong or intervals don't hold. ``settings`` are a door's."""
    return call(RUN, _parser().parse_args(arguments), settings, env)


# ── the commands ──


def _run(given: Given) -> int:
    words = given.words
    report = match.run(
        words.passages,
        words.questions,
        words.out,
        both(words.a, words.b, given.settings),
        limit=words.limit,
        seed=words.seed,
        cache=words.cache,
        settings=given.settings,
        env=given.env,
        telling=told(sys.stderr),
    )
    show(given, report)
    return 0 if report.facts["n"] else 1


def _form(given: Given) -> int:
    words = given.words
    pairs = match.pairs(words.folder)
    drawn = ballot.draw(pairs, limit=words.limit, seed=words.seed)
    if words.out.exists() and words.out.suffix not in (".html", ".htm"):
        raise BadInput(f"{words.out} is there and is no page", hint="give another --out, such as page.html")
    page = ballot.page(drawn, pairs)
    ballot.keep(drawn, words.folder)
    words.out.write_text(page, encoding="utf-8")
    kinds = [bout.kind for bout in drawn.bouts]
    facts = {"n": len(kinds), "same": kinds.count("same"), "broken": kinds.count("broken"), "alike": len(drawn.alike)}
    return show(given, Report("arena form", {**facts, "page": drawn.key, "file": str(words.out)}))


def _vote(given: Given) -> int:
    words = given.words

    async def go() -> Report:
        async with _voter(given) as voter:
            name = re.sub(r"[^\w.-]+", "-", voter.name)
            out = words.out or words.folder / f"votes-{name}.jsonl"
            return await voters.run(
                words.folder, voter, out, limit=words.limit, seed=words.seed, telling=told(sys.stderr)
            )

    return show(given, asyncio.run(go()))


@asynccontextmanager
async def _voter(given: Given) -> AsyncGenerator[voters.Voter]:
    words = given.words
    shared = {"url": words.url or "", "key_env": words.key_env}
    if words.by == "gold":
        yield voters.Gold()
    elif named.is_model(words.by):
        async with named.model(words.by, given.settings, given.env, **shared) as client:
            yield voters.Preferring(client)
    else:
        async with named.judge(words.by, given.settings, given.env, others=("gold",), **shared) as judge:
            yield voters.Supporting(judge)


def _table(given: Given) -> int:
    words = given.words
    found = tally(words.folder, voters.paths_of(words.folder, words.votes), margin=words.margin / 100)
    (words.folder / "table.json").write_text(found.json() + "\n", encoding="utf-8")
    (words.folder / "table.md").write_text(found.table() + "\n", encoding="utf-8")
    (words.folder / "votes.svg").write_text(found.chart(), encoding="utf-8")
    sys.stdout.write((found.json() if words.json else found.table()) + "\n")
    return 0


def _simulate(given: Given) -> int:
    words = given.words
    whole = sum(words.truth)
    report = simulate.run(
        truth=[each / whole for each in words.truth],
        runs=words.runs,
        questions=words.questions,
        raters=words.raters,
        seed=words.seed,
        telling=told(sys.stderr),
    )
    show(given, report)
    fallen = [name for name, row in report.systems.items() if row["covered"] < simulate.LEAST]
    if fallen:
        sys.stderr.write(f"the intervals of {', '.join(fallen)} cover the truth in less than {simulate.LEAST:.0%}\n")
    return 1 if fallen else 0


RUN: Commands = {
    "run": _run,
    "form": _form,
    "vote": _vote,
    "table": _table,
    "simulate": _simulate,
}


# ── the words ──


def _part(text: str) -> float:
    if not 0 < float(text) < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not above 0")
    return float(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pincite arena",
        description="Which of two models, prompts or settings do people prefer? Blind votes; both rest on one search.",
        epilog=_STEPS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="what", required=True, metavar="COMMAND")

    def command(name: str, line: str, *, drawn: bool = True) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=line, description=line)
        made.add_argument("--json", action="store_true", help="numbers for a program instead of a table")
        if drawn:
            made.add_argument("--limit", type=positive, metavar="N", help="a sample of this many questions")
            made.add_argument("--seed", type=int, default=0, help="which sample, which order, who stands on which side")
        return made

    made = command("run", "Both answer the questions, from one retrieval. Started again, it goes on.")
    asked_of(made)
    for side in ("a", "b"):
        made.add_argument(f"--{side}", nargs="+", required=True, metavar="NAME=VALUE", help=f"how {side} writes")
    made.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    made = command("form", "Make a page on which people vote; any browser, no network. Each seed is another page.")
    made.add_argument("folder", type=Path, metavar="FOLDER")
    made.add_argument("--out", type=Path, required=True, metavar="FILE")
    _voting(command("vote", "Let a judge vote. Started again, it goes on."))
    made = command("table", "Win, can't tell, lose, with what each cost; also as files in the folder.", drawn=False)
    made.add_argument("folder", type=Path, metavar="FOLDER")
    made.add_argument("votes", type=Path, nargs="*", metavar="VOTES", help="usually all votes-*.jsonl in the folder")
    made.add_argument(
        "--margin", type=_part, default=5.0, metavar="POINTS", help="so far behind is still no worse; usually 5"
    )
    _simulating(
        command("simulate", "Do the intervals hold? Arenas whose truth is known. Exit code 1 if not.", drawn=False)
    )
    return parser


def _voting(made: argparse.ArgumentParser) -> None:
    made.add_argument("folder", type=Path, metavar="FOLDER")
    made.add_argument(
        "--by", required=True, metavar="JUDGE", help="gold, lexical, support, verbatim, support:… or llm:…"
    )
    made.add_argument("--out", type=Path, metavar="FILE", help="usually votes-JUDGE.jsonl in the folder")
    reached(made)


def _simulating(made: argparse.ArgumentParser) -> None:
    made.add_argument("--runs", type=positive, default=1000, metavar="N", help="arenas; usually 1000")
    made.add_argument("--questions", type=positive, default=300, metavar="N", help="questions of each; usually 300")
    made.add_argument("--raters", type=positive, default=2, metavar="N", help="voters on each question; usually 2")
    made.add_argument(
        "--truth", type=_part, nargs=3, default=(11, 80, 8), metavar="PART", help="win, can't tell, lose; 11 80 8"
    )
    made.add_argument("--seed", type=int, default=0)


if __name__ == "__main__":
    sys.exit(main())
