"""Is it as good as it is meant to be? The goals of the project's first issue, each read out of a result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Figures = Mapping[str, Any]
LARGE = 100_000
"""Passages."""


@dataclass(frozen=True)
class Reading:
    """What was measured, in words; over how many; and whether the goal is met (``None``: on less than it asks for)."""

    text: str
    n: str
    met: bool | None


@dataclass(frozen=True)
class Goal:
    """``read`` looks only at the figures of the result it names; ``KeyError`` there: not measured."""

    figure: str
    goal: str
    result: str
    read: Callable[[Figures], Reading]


def _enough(met: bool, whole: bool) -> bool | None:
    """A goal met on a smaller sample than it names is not met yet; one missed there is missed."""
    return met if whole or not met else None


def _clone(f: Figures) -> Reading:
    first, test = f["first_cited_answer_s"], f.get("test")
    text = f"first cited answer {first:.0f} s"
    if test is None:
        return Reading(f"{text}; tests not run", "1", None)
    passed = test["exit_code"] == 0
    text += f"; make test {test['seconds'] / 60:.1f} min{'' if passed else ', failed'}"
    return Reading(text, "1", passed and first <= 300 and test["seconds"] <= 900)


def _gain(*wanted: tuple[str, float]) -> Callable[[Figures], Reading]:
    def read(f: Figures) -> Reading:
        gains = [(name, least, f[name]["systems"]["hybrid"]["over_bm25"]) for name, least in wanted]
        text = ", ".join(
            f"{name} {gain:+.1%} ({f[name]['systems']['bm25']['ndcg@10']:.3f} → "
            f"{f[name]['systems']['hybrid']['ndcg@10']:.3f})"
            for name, _, gain in gains
        )
        n = " / ".join(str(f[name]["n"]) for name, _, _ in gains)
        return Reading(text, n, all(gain >= least for _, least, gain in gains))

    return read


def _never_below(f: Figures) -> Reading:
    gains = {name: row["systems"]["hybrid"]["over_bm25"] for name, row in f.items()}
    # Four digits are kept; a loss smaller than that is none.
    below = {name: gain for name, gain in gains.items() if gain < 0}
    worst = min(gains, key=lambda name: gains[name])
    text = f"{len(gains) - len(below)} of {len(gains)} sets; least {worst} {gains[worst]:+.1%}"
    return Reading(text, str(sum(row["n"] for row in f.values())), not below)


def _first_sentence(f: Figures) -> Reading:
    ms = f["ms"]["first_cited_sentence"]
    text = f"p50 {ms['p50']:.0f} ms, p95 {ms['p95']:.0f} ms at {f['passages']:,} passages"
    return Reading(
        text, f"{f['answered']} answered of {f['questions']}", _enough(ms["p95"] <= 300, f["passages"] >= LARGE)
    )


def _search(f: Figures) -> Reading:
    found = f["search"]["hybrid"]
    ms = found["ms"]
    text = f"hybrid p50 {ms['p50']:.1f} ms, p95 {ms['p95']:.1f} ms at {f['passages']:,} passages"
    return Reading(text, str(found["n"]), _enough(ms["p95"] <= 30, f["passages"] >= LARGE))


def _overhead(f: Figures) -> Reading:
    ms, calls = f["overhead_first_token_ms"], f["model_calls"]
    text = f"p50 {ms['p50']:.0f} ms, p95 {ms['p95']:.0f} ms; model calls {', '.join(map(str, calls))}"
    return Reading(text, str(f["questions"]), ms["p95"] <= 150 and calls == [1])


def _citations(f: Figures) -> Reading:
    rows = [row for group in f.values() for row in group["systems"].values() if "resolving" in row]
    least = [min(row[name] for row in rows) for name in ("citation_precision", "citation_recall", "resolving")]
    text = "precision {:.1%}, recall {:.1%}, resolving {:.1%}, least of all groups".format(*least)
    return Reading(text, str(sum(row["n"] for row in rows)), min(least) >= 1)


def _property(f: Figures) -> Reading:
    row = f["citations"]
    return Reading(
        row["said"], str(row.get("tests_passed", 0)), row["exit_code"] == 0 and row.get("tests_passed", 0) > 0
    )


def _contains(f: Figures) -> Reading:
    rows = [f[name]["systems"]["answerable"] for name in ("squad", "nq")]
    text = f"SQuAD {rows[0]['contains']:.1%}, NQ {rows[1]['contains']:.1%}"
    return Reading(text, " / ".join(str(row["n"]) for row in rows), all(row["contains"] >= 0.7 for row in rows))


def _abstains(f: Figures) -> Reading:
    groups = f["absent"]["systems"]
    right, wrong = groups["absent impossible"], groups["answerable"]
    text = f"declines {right['abstained']:.1%}; declines wrongly {wrong['abstained']:.1%}"
    return Reading(text, f"{right['n']} / {wrong['n']}", right["abstained"] >= 0.6 and wrong["abstained"] <= 0.15)


def _kills(f: Figures) -> Reading:
    rows = {name: f[name] for name in ("index", "answer", "migration")}
    failed = [name for name, row in rows.items() if row["exit_code"]]
    text = f"losses or doubles in: {', '.join(failed)}" if failed else "0 losses, 0 doubles"
    n = " + ".join(f"{row['rounds']} {name}" for name, row in rows.items())
    return Reading(text, n, _enough(not failed, all(row["rounds"] >= 200 for row in rows.values())))


def _streams(f: Figures) -> Reading:
    late, size = f["late_ms"]["p99"], f["bytes_per_text"]
    text = f"p99 {late:.0f} ms late (p50 {f['late_ms']['p50']:.0f}), wire bytes {size:.2f} × text"
    text += f", {f['finished']} of {f['streams']} finished"
    whole = f["streams"] >= 200 and f["rate"] >= 50
    met = _enough(late <= 100 and size <= 3 and f["finished"] == f["streams"], whole)
    return Reading(text, f"{f['words']:,} words", met)


def _startup(f: Figures) -> Reading:
    help_, server = f["help"], f["server ready"]
    text = f"--help {help_['p50_s']:.2f} s (max {help_['max_s']:.2f}), "
    text += f"server ready {server['p50_s']:.2f} s (max {server['max_s']:.2f})"
    return Reading(text, f"{help_['rounds']} / {server['rounds']}", help_["p50_s"] <= 0.4 and server["p50_s"] <= 3)


def _smooth(f: Figures) -> Reading:
    s = f["stream"]
    text = f"first {s['first_painted_ms']:.0f} ms, all {s['painted_ms']:.0f} ms; {s['worst_long_tasks']:g} long tasks, "
    text += f"CLS {s['worst_layout_shift']:.3f}, p99 gap {s['frame_gap_p99_ms']:.0f} ms"
    soon = max(s["first_painted_ms"], s["painted_ms"]) <= 50 and s["frame_gap_p99_ms"] <= 50
    still = not s["worst_long_tasks"] and s["worst_layout_shift"] <= 0.02
    return Reading(text, f"{s['words']:.0f} words × {s['rounds']}", _enough(soon and still, s["cpu_slower"] >= 4))


def _home(f: Figures) -> Reading:
    home = f["loads"]["home"]
    paint, scripts = home["first_contentful_paint_ms"]["p50"], home["script_bytes"]
    text = f"{scripts / 1000:.1f} kB; {paint:.0f} ms"
    met: bool | None = scripts <= 40_000 and paint <= 200
    scores = f.get("lighthouse", {"missing": ""})
    if "missing" in scores:
        return Reading(f"{text}; Lighthouse not run", f"{home['visits']} visits", _enough(bool(met), whole=False))
    named = ("performance", "accessibility", "best-practices", "seo")
    homes = {page: row for page, row in scores.items() if page.startswith("home")}
    if any("failed" in row for row in homes.values()):
        return Reading(f"{text}; Lighthouse gave it up", f"{home['visits']} visits", _enough(bool(met), whole=False))
    least = {name: min(row[name] for row in homes.values()) for name in named}
    text += f"; {', '.join(f'{name} {score:.0f}' for name, score in least.items())} at the least"
    return Reading(text, f"{home['visits']} visits", bool(met) and min(least.values()) >= 98)


def _axe(f: Figures) -> Reading:
    row = f["axe"]
    passed = row.get("tests_passed", 0)
    text = "0 violations" if row["exit_code"] == 0 and passed else row["said"]
    return Reading(text, f"{passed} pages and states", row["exit_code"] == 0 and passed > 0)


GOALS = (
    Goal(
        "fresh clone: `make run` to first cited answer; `make test`",
        "≤ 5 min (network permitting), ≤ 15 min",
        "clone",
        _clone,
    ),
    Goal(
        "nDCG@10, hybrid without reranker, over our own BM25",
        "≥ +5 % on SQuAD dev and Cranfield, ≥ +8 % on NQ",
        "retrieval",
        _gain(("squad", 0.05), ("cranfield", 0.05), ("nq", 0.08)),
    ),
    Goal("hybrid never below BM25 on any shared set", "all sets", "sets", _never_below),
    Goal("first cited sentence without a model, 10⁵ passages", "p95 ≤ 300 ms", "stages", _first_sentence),
    Goal("search alone, without embedding the question, 10⁵ passages", "p95 ≤ 30 ms", "stages", _search),
    Goal("added to the model's own time to first token", "p95 ≤ 150 ms, exactly 1 call", "overhead", _overhead),
    Goal("extractive answers: citations that hold, sentences cited, markers resolving", "100 %", "answers", _citations),
    Goal("the same by construction: property test", "passes", "checks", _property),
    Goal("answer contains gold: SQuAD dev / NQ", "≥ 70 % / ≥ 70 %", "answers", _contains),
    Goal(
        "declines SQuAD 2.0 unanswerable, article absent / declines wrongly",
        "≥ 60 % / ≤ 15 %",
        "answers",
        _abstains,
    ),
    Goal("kill -9: index, answer, migration, 200 each", "0 acknowledged losses, 0 doubles", "checks", _kills),
    Goal("200 streams × 50 events/s on two cores", "p99 lateness ≤ 100 ms; bytes ≤ 3 × text", "streams", _streams),
    Goal("start-up: `pincite --help`; server ready, starter index", "≤ 0.4 s; ≤ 3 s", "startup", _startup),
    Goal(
        "page: words drawn after they came, of 2,000 at 200/s, processor 4× slower",
        "≤ 50 ms median; 0 long tasks, CLS ≤ .02, p99 frame gap ≤ 50 ms",
        "page",
        _smooth,
    ),
    Goal(
        "home page: scripts; first contentful paint; Lighthouse",
        "≤ 40 kB raw; ≤ 200 ms; ≥ 98 in each category",
        "page",
        _home,
    ),
    Goal("axe on every page and state, both themes", "0 violations", "checks", _axe),
)
