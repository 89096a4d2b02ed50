"""What came out? docs/benchmarks.md and its plots, made of the kept results and of nothing else.

    python -m benchmarks report

A number that is in no result is not on the page; what was not measured is said to be not measured.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.goals import GOALS
from benchmarks.record import QUIET, RESULTS, ROOT
from pincite.evals import plot

Result = Mapping[str, Any]
Figures = Mapping[str, Any]
Section = tuple[str, dict[str, str]]
"""Markdown, and plots by file name."""
PAGE = ROOT / "docs" / "benchmarks.md"
PLOTS = ROOT / "docs" / "plots"
PEERS = {"bm25s": "bm25s", "fts5": "SQLite FTS5", "lancedb": "LanceDB, text and vectors"}
MARK = {True: "✓", False: "✗", None: "partly"}


def write(results: Path = RESULTS, page: Path = PAGE, plots: Path = PLOTS) -> str:
    """Makes the page and the plots; says where they lie."""
    text, drawn = built(loaded(results), Path(plots.name))
    page.parent.mkdir(parents=True, exist_ok=True)
    plots.mkdir(parents=True, exist_ok=True)
    for name, svg in drawn.items():
        (plots / name).write_text(svg, encoding="utf-8")
    page.write_text(text, encoding="utf-8")
    return f"{page}, {len(drawn)} plots"


def loaded(folder: Path) -> dict[str, Result]:
    """Results by the name of their file: the same benchmark may be kept twice, with other arguments."""
    found = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))}
    return {name: result for name, result in found.items() if "figures" in result}


def built(results: Mapping[str, Result], plots: Path) -> tuple[str, dict[str, str]]:
    drawn: dict[str, str] = {}
    parts = [OPENING, conditions(results), "## The goals\n", goals(results)]
    for name, (title, make) in SECTIONS.items():
        if name not in results:
            continue
        result = results[name]
        text, svgs = make(result["figures"])
        drawn |= svgs
        images = "".join(f"\n![{title}]({plots}/{file})\n" for file in svgs)
        parts.append(f"## {title}\n\n{about(result)}\n\n{text}\n{images}")
    parts += ["## Every run\n", runs(results)]
    return "\n".join(parts).rstrip() + "\n", drawn


OPENING = """# Benchmarks

Made by `python -m benchmarks report` from the files in `benchmarks/results`; `make bench` measures everything again.
`python -m benchmarks list` names the measurements, each module's first lines say what it measures and what it leaves
out. Peers are asked the same questions over the same passages in the same run.
"""


def conditions(results: Mapping[str, Result]) -> str:
    """The machine, and honestly how busy it was."""
    machines = sorted({machine(result) for result in results.values()})
    dates = sorted({result["date"] for result in results.values()})
    if not dates:
        return "Nothing has been measured yet.\n"
    said = f"Measured {' to '.join(dict.fromkeys((dates[0], dates[-1])))} on {'; '.join(machines)}."
    busy = sorted(name for name, result in results.items() if max(load(result)) > QUIET)
    if busy:
        said += (
            f" **The machine was busy with other work (load average above {QUIET:g}, its own part included) during: "
            f"{', '.join(busy)}.** "
            "Their wall-clock times are upper bounds; processor seconds are fairer there, shares and counts unaffected."
        )
    return said + "\n"


def machine(result: Result) -> str:
    m = result["machine"]
    return (
        f"{m['cores']} cores ({m['processor']}), {m['memory_gb']} GB, {m['system']}, Python {m['python']}, no GPU used"
    )


def load(result: Result) -> tuple[float, float]:
    return result["load"]["before"], result["load"]["after"]


def loads(result: Result) -> str:
    return " → ".join(f"{each:.1f}" for each in load(result))


def about(result: Result) -> str:
    return f"`{result['command']}` · load {loads(result)} · {result['wall_seconds']:.0f} s"


def goals(results: Mapping[str, Result]) -> str:
    rows = []
    for goal in GOALS:
        result = results.get(goal.result)
        try:
            if result is None:
                raise KeyError(goal.result)
            reading = goal.read(result["figures"])
        except KeyError:
            rows.append(
                (goal.figure, goal.goal, "not measured", "", "", "", f"`python -m benchmarks --only {goal.result}`")
            )
            continue
        met = MARK[reading.met]
        rows.append((goal.figure, goal.goal, reading.text, met, reading.n, loads(result), f"`{result['command']}`"))
    return table(("figure", "goal", "measured", "met", "n", "load", "command"), rows)


def runs(results: Mapping[str, Result]) -> str:
    rows = [
        (
            name,
            r["date"],
            r["commit"],
            loads(r),
            f"{r['wall_seconds']:.0f}",
            f"{r['cpu_seconds']:.0f}",
            f"`{r['command']}`",
        )
        for name, r in results.items()
    ]
    return table(("result", "date", "commit", "load", "wall s", "cpu s", "command"), rows)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    lines += [f"| {' | '.join(str(cell).replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
    return "\n".join(lines) + "\n"


# ── one section a benchmark ──


def stages(f: Figures) -> Section:
    names = {
        "durable": "the question is durable",
        "plan": "plan",
        "gather": "gather (search and rank)",
        "extract": "extract",
        "first_cited_sentence": "first cited sentence told",
        "total": "finished, with related questions",
        "cpu": "processor time of all of it",
    }
    ms = f["ms"]
    rows = [(said, *spread(ms[name])) for name, said in names.items() if name in ms]
    rows += [("embedding a question", *spread(f["query_embedding_ms"]))]
    rows += [(f"search alone, {name}", *spread(row["ms"])) for name, row in f["search"].items()]
    text = (
        f"{f['questions']} questions, {f['answered']} of them answered; {f['passages']:,} passages, of which "
        f"{f['with_real_vectors']:,} have real vectors and the others random ones; {f['megabytes']:.0f} MB on disk; "
        f"the process held {f['peak_mb']:.0f} MB at the most. Milliseconds.\n\n"
    )
    drawn = {names[n]: {q: ms[n][q] for q in ("p50", "p95")} for n in ("plan", "gather", "extract") if n in ms}
    drawn |= {"first cited sentence": {q: ms["first_cited_sentence"][q] for q in ("p50", "p95")}}
    drawn = {label.split(" (")[0]: row for label, row in drawn.items()}
    svg = plot.bars(f"A question without a model, {f['passages']:,} passages (ms)", drawn)
    return text + table(("", "p50", "p95"), rows), {"stages.svg": svg}


def spread(ms: Mapping[str, float]) -> tuple[str, str]:
    return f"{ms['p50']:.2f}", f"{ms['p95']:.2f}"


def overhead(f: Figures) -> Section:
    names = {
        "model_first_token_ms": "the model alone, to its first token",
        "overhead_first_token_ms": "added to it",
        "durable_ms": "of that: the question is durable",
        "sources_ms": "of that: sources shown",
        "first_cited_sentence_ms": "first cited sentence, at the model's speed",
    }
    rows = [(said, *spread(f[name])) for name, said in names.items()]
    text = f"{f['questions']} questions over {f['passages']:,} passages. Milliseconds.\n\n"
    return text + table(("", "p50", "p95"), rows), {}


def streams(f: Figures) -> Section:
    late, server = f["late_ms"], f["server"]
    rows = [
        ("streams × words a second × seconds", f"{f['streams']} × {f['rate']:g} × {f['seconds']:g}"),
        ("finished; words received of those due", f"{f['finished']}; {f['words']:,} of {f['words_due']:,}"),
        (
            "lateness p50 / p99 / max, ms (what the door holds text for included)",
            f"{late['p50']} / {late['p99']} / {late['max']}",
        ),
        ("bytes on the wire / bytes of text, all included", f"{f['bytes_per_text']:.2f}"),
        ("server: cores used (event loop's thread)", f"{server['cpu']:.2f} ({server['loop_cpu']:.2f})"),
        ("server: memory, MB", f"{server['rss_mb']:.0f}"),
    ]
    return table(("", ""), rows), {}


def live(f: Figures) -> Section:
    head = ("providers", "answered", "missing ones named", "search p50 / max, s", "beyond the deadline, ms")
    rows = []
    for case in ("all well", "three of five fail"):
        row, took = f[case], f[case]["search_s"]
        of = f"of {f['questions']}"
        said = (f"{row['answered']} {of}", f"{row['missing_named']} {of}", f"{took['median']:.2f} / {took['max']:.2f}")
        rows.append((case, *said, f"{row['beyond_deadline_ms']:.0f}"))
    return table(head, rows) + f"\nDeadline {f['deadline_s']:g} s, pages included.\n", {}


def retrieval(f: Figures) -> Section:
    rows, drawn = [], {}
    for name, report in f.items():
        ours = {f"pincite {s}": {"megabytes": report["megabytes"], **row} for s, row in report["systems"].items()}
        systems = {**ours, **report.get("peers", {})}
        drawn[name] = {system: row["ndcg@10"] for system, row in systems.items() if "dense" not in system}
        for system, row in systems.items():
            quality = [f"{row[m]:.3f}" for m in ("ndcg@10", "recall@1", "recall@5", "recall@20", "mrr@10")]
            times = [f"{row['ms']['p50']:.2f}", f"{row['ms']['p95']:.2f}", f"{row['cpu_ms']:.2f}"]
            about_it = [name, str(report["n"]), f"{report['passages']:,}", versioned(system, row)]
            rows.append((*about_it, *quality, *times, f"{row['megabytes']:.1f}"))
    head = (
        "set",
        "n",
        "passages",
        "system",
        "nDCG@10",
        "R@1",
        "R@5",
        "R@20",
        "MRR@10",
        "p50 ms",
        "p95 ms",
        "cpu ms",
        "MB",
    )
    text = "One search for 20 passages at a time, questions embedded beforehand, the same vectors for all.\n\n"
    return text + table(head, rows), {"retrieval.svg": plot.bars("nDCG@10", drawn, "{:.3f}")}


def versioned(system: str, row: Mapping[str, Any]) -> str:
    return f"{system} ({row['version']})" if "version" in row else system


def sets(f: Figures) -> Section:
    rows = []
    for name, report in f.items():
        found = report["systems"]
        quality = [f"{found[system]['ndcg@10']:.3f}" for system in ("bm25", "dense", "hybrid")]
        rows.append(
            (name, str(report["n"]), f"{report['passages']:,}", *quality, f"{found['hybrid']['over_bm25']:+.1%}")
        )
    gains = {
        name: {"hybrid over BM25, %": report["systems"]["hybrid"]["over_bm25"] * 100} for name, report in f.items()
    }
    text = "nDCG@10.\n\n" + table(("set", "n", "passages", "BM25", "dense", "hybrid", "over BM25"), rows)
    return text, {"sets.svg": plot.bars("Hybrid over our own BM25, nDCG@10", gains, "{:+.1f}")}


def answers(f: Figures) -> Section:
    rows = []
    for name, report in f.items():
        for group, row in report["systems"].items():
            shares = [f"{row[key]:.1%}" if key in row else "" for key in ("contains", "lead_contains", "abstained")]
            cited = [
                f"{row[key]:.1%}" if key in row else ""
                for key in ("citation_precision", "citation_recall", "resolving")
            ]
            spreads = ("words", "p50"), ("first_sentence_ms", "p50"), ("first_sentence_ms", "p95")
            times = [f"{row[key][share]:.0f}" if key in row else "" for key, share in spreads]
            rows.append((name, group, str(row["n"]), *shares, *cited, *times))
    first_half = ("set", "questions that are", "n", "contains gold", "in its first sentence", "declined")
    head = (
        *first_half,
        "citations hold",
        "sentences cited",
        "resolving",
        "words p50",
        "first sentence p50 ms",
        "p95 ms",
    )
    return table(head, rows), {}


def starter(f: Figures) -> Section:
    rows, strange = [], []
    for state, measured in f.items():
        held = f"{measured['with_vectors']:,} of {measured['passages']:,}"
        for cross, found in measured["cross_encoder"].items():
            times = spread(found["first_sentence_ms"])
            for half, row in found["halves"].items():
                shares = [share(row[key]) for key in ("lead_right", "contains", "wrongly_declined", "wrongly_answered")]
                absent = (str(row["n_absent"]), share(row["absent_declined"]))
                rows.append((state, held, cross, half, str(row["n"]), *shares, *absent, *times))
            if other := found.get("strange"):
                declined, right = share(other["without_declined"]), share(other["answered_right"])
                strange.append((state, str(other["n_without"]), declined, str(other["n_answered"]), right))
    head = (
        "index",
        "passages with vectors",
        "cross-encoder",
        "half",
        "n",
        "first sentence right",
        "within the answer",
        "wrongly declined",
        "wrongly answered",
        "n without an answer",
        "declined",
        "first sentence p50 ms",
        "p95 ms",
    )
    text = "pincite was tuned on the half `dev`; the half `held` was looked at when that was done.\n\n"
    text += table(head, rows)
    if strange:
        text += "\n\nQuestions that other people typed into a search engine (EfficientQA), with the cross-encoder:\n\n"
        columns = ("index", "n whose answer no source holds", "declined", "n answered", "of these the answer holds it")
        text += table(columns, strange)
    return text, {}


def share(value: float | None) -> str:
    return "" if value is None else f"{value:.1%}"


def startup(f: Figures) -> Section:
    rows = []
    for name, row in f.items():
        most = f"{row['max_s']:.2f}" if "max_s" in row else ""
        rows.append((name, str(row["rounds"]), f"{row['p50_s']:.2f}", most, f"{row['cpu_p50_s']:.2f}"))
    return table(("", "rounds", "p50 s", "max s", "cpu p50 s"), rows), {}


def index_speed(f: Figures) -> Section:
    text, vectors = f["text"], f["vectors"]
    said = (
        f"{text['documents']:,} documents, {text['passages']:,} passages: {text['documents_per_s']:.0f} documents a "
        f"second, {text['passages_per_s']:,.0f} passages a second ({text['passages_per_cpu_s']:,.0f} a processor "
        f"second), {text['bytes_per_passage']:,.0f} bytes a passage with its original, {text['peak_mb']:.0f} MB at the "
        f"most. Vectors: {vectors['vectors_per_s']:.0f} a second with {vectors['threads']} thread(s) "
        f"({vectors['vectors_per_cpu_s']:.0f} a processor second, {vectors['vectors']:,} measured), "
        f"{vectors['bytes_per_vector']:.0f} bytes each, {vectors['peak_mb']:.0f} MB at the most.\n\n"
    )
    rows = [("pincite, text", text), *((versioned(PEERS[name], row), row) for name, row in f["peers"].items())]
    cells = [
        (
            name,
            f"{row['passages']:,}",
            f"{row['passages_per_s']:,.0f}",
            f"{row['passages_per_cpu_s']:,.0f}",
            f"{row['bytes_per_passage']:,.0f}",
            f"{row['peak_mb']:.0f}",
        )
        for name, row in rows
    ]
    head = ("", "passages", "a second", "a processor second", "bytes a passage", "peak MB")
    return said + table(head, cells), {}


def crawl(f: Figures) -> Section:
    text = (
        f"{f['hosts']} hosts, {f['real_pages']:,} real pages and traps of eight kinds: {f['reached']:,} pages reached "
        f"({f['reached'] / f['real_pages']:.1%}), {f['in_traps']} of {f['requests']:,} requests in traps "
        f"({f['in_traps'] / f['requests']:.1%}), {f['disallowed']} disallowed; {f['gaps_kept']:,} of {f['gaps']:,} "
        f"rests kept, {f['most_connections']} connection a host at the most. {f['pages_per_s']:.0f} pages a second "
        f"with extraction and indexing of text, {f['delay_s']:g} s between requests to a host "
        f"({f['pages_per_cpu_s']:.0f} a processor second), {f['peak_mb']:.0f} MB at the most.\n"
    )
    return text, {}


def spreading(f: Figures) -> Section:
    rows = []
    for name, seconds, one, what in (
        ("reading pages", "read_s", "pages", f["pages_by_processes"]),
        ("vectors", "seconds", "texts", f["vectors_by_processes"]),
    ):
        runs = f["index" if one == "pages" else "vectors"]
        here, first, second = (f"{run[one] / run[seconds]:.0f}" for run in runs)
        same = "the same" if what["same"] else "DIFFERENT"
        cost = (f"{what['speed_up']:.2f} ×", f"{what['overhead_of_one']:.0%}", f"{what['overhead_of_two']:.0%}")
        rows.append((name, f"{runs[0][one]:,}", here, first, second, *cost, same))
    if what := f.get("files_by_processes"):
        one, two = f["files"]
        speeds = ("", f"{one['documents'] / one['seconds']:.0f}", f"{one['documents'] / two['seconds']:.0f}")
        cost = (f"{what['speed_up']:.2f} ×", "", f"{what['overhead_of_two']:.0%}")
        same = "the same" if what["same"] else "DIFFERENT"
        rows.append(("files, read and indexed", f"{one['documents']:,}", *speeds, *cost, same))
    head = ("", "n", "a second, none", "by one", "by two", "two over one", "one costs more", "two cost more", "result")
    return table(head, rows) + "\nBy worker processes; their start is in the cost and not in the speed.\n", {}


def links(f: Figures) -> Section:
    found = f["wikispeedia"]
    held = (
        f"{found['n']:,} questions about {found['asked_of']} articles, on which no weight was set; the index holds "
        f"{found['articles']:,} articles, {found['passages']:,} passages, {found['links']:,} links. The interval is "
        f"that of drawing the articles of the questions anew (95 %).\n\n"
    )
    text = held + _with_links(found)
    if train := found.get("train"):
        text += (
            f"\nThe {train['n']:,} questions about {train['asked_of']} articles that the weights were set on:\n\n"
            f"{_with_links(train)}"
        )
    return text, {}


def _with_links(found: Figures) -> str:
    rows = []
    for what, row in (("the right article", found["article_mrr@10"]), ("a right passage", found["passage_mrr@10"])):
        low, high = row["interval"]
        rows.append(
            (what, f"{row['without']:.3f}", f"{row['with']:.3f}", f"{row['gain']:+.1%}", f"{low:+.1%} to {high:+.1%}")
        )
    return table(("MRR@10 of", "without links", "with links", "", "interval"), rows)


def ranked(f: Figures) -> Section:
    found = f["pagerank"]
    text = (
        f"PageRank of {found['nodes']:,} nodes and {found['edges']:,} edges: {found['wall_s']:.1f} s, "
        f"{found['cpu_s']:.1f} s of a processor."
    )
    if peer := found.get("networkx"):
        text += (
            f" networkx {peer['version']} in the same run: {peer['cpu_s']:.1f} s of a processor "
            f"({peer['times_slower']:.0f} × as many)."
        )
        if peer["largest_difference"]:
            text += f" No node's rank differs by more than {peer['largest_difference']:.0e}."
    return text + "\n", {}


def log(f: Figures) -> Section:
    rows = [
        (name.replace("_", " "), f"{value:,}" if isinstance(value, int) else str(value)) for name, value in f.items()
    ]
    return table(("", ""), rows), {}


def growth(f: Figures) -> Section:
    rows = []
    for each in f["sizes"]:
        first = [f"{each['passages']:,}", f"{each['text_seconds']:.0f}", f"{each['vector_seconds']:.0f}"]
        first += [f"{each['megabytes']:.0f}", f"{each.get('anonymous_mb', 0):.0f}", f"{each['open_ms']:.0f}"]
        for name, row in each["systems"].items():
            times = (f"{row['ms']['p50']:.1f}", f"{row['ms']['p95']:.1f}", f"{row['cpu_ms']:.1f}")
            rows.append((*first, name, *times, f"{each['load']:.1f}"))
    head = ("passages", "text s", "vectors s", "disk MB", "anonymous MB", "open ms", "system", "p50 ms", "p95 ms")
    sizes = f["sizes"]
    latency = {n: [(s["passages"], s["systems"][n]["ms"]["p95"]) for s in sizes] for n in sizes[0]["systems"]}
    held = {
        "disk": [(s["passages"], s["megabytes"]) for s in sizes],
        "anonymous": [(s["passages"], s["anonymous_mb"]) for s in sizes if s.get("anonymous_mb")],
    }
    drawn = {
        "growth.svg": plot.lines("Search, p95, as the index grows", "passages", "ms", latency),
        "memory.svg": plot.lines(
            "Disk and memory as the index grows", "passages", "MB", {k: v for k, v in held.items() if v}
        ),
    }
    text = f"{f['questions']} questions a size; {f['vectors']} in place of embedded ones.\n\n"
    return text + table((*head, "cpu ms", "load"), rows), drawn


def extraction(f: Figures) -> Section:
    rows, said = [], []
    sets = {name: row for name, row in f.items() if "systems" in row}
    for name, report in sets.items():
        for system, row in report["systems"].items():
            quality = [f"{row[key]:.3f}" for key in ("precision", "recall", "f1")]
            rows.append((name, str(report["n"]), system, *quality, f"{row['pages_per_cpu_s']:.0f}"))
        if "over_trafilatura" in report:
            over = report["over_trafilatura"]
            said.append(f"{name} {over['f1']:+.3f} ({over['low']:+.3f} to {over['high']:+.3f})")
    text = f"F1 over trafilatura's default, with 95 % bounds: {', '.join(said) or 'not compared'}. "
    text += f"Encodings as in a browser: {f['encodings']['right']} of {f['encodings']['n']}.\n\n"
    head = ("pages", "n", "system", "precision", "recall", "F1", "pages a processor second")
    drawn = {name: {system: row["f1"] for system, row in report["systems"].items()} for name, report in sets.items()}
    text += table(head, rows)
    meta = f.get("mozilla", {}).get("said", {})
    if meta:
        right = ", ".join(f"{name} {row['right']} of {row['n']}" for name, row in meta.items())
        text += f"\nSaid by the page and read right: {right}.\n"
    return text, {"extraction.svg": plot.bars("Text of a page, F1", drawn, "{:.3f}")}


def reading(f: Figures) -> Section:
    rows = []
    for name, found in f["ranking"].items():
        hybrid, reread = (found["systems"][system] for system in ("hybrid", "reranked"))
        rows.append(
            (
                name,
                str(found["n"]),
                *(f"{each['ndcg@10']:.3f}" for each in (hybrid, reread)),
                f"{reread['over_hybrid']:+.1%}",
            )
        )
    speed, given = f["speed"], f["given"]
    text = table(("nDCG@10", "n", "hybrid", "reread", "gain"), rows)
    text += (
        f"\nSQuAD 1.1 dev with the paragraph given (n {given['n']}): EM {given['exact']:.3f}, F1 {given['f1']:.3f}.\n\n"
    )
    if against := f.get("unanswerable"):
        text += (
            f"SQuAD 2.0 dev with the paragraph given (n {against['n']}), is there an answer in it: "
            f"AUC {against['auc']:.3f}; by the paragraph's relevance alone {against['auc_of_relevance']:.3f}"
        )
        # Results of older measurements lack this one.
        held = against.get("auc_of_held")
        text += f"; taking for granted that it is about what is asked {held:.3f}.\n\n" if held else ".\n\n"
    times = [
        (what, *(f"{speed[name][q]:.0f} ms" for q in ("p50", "p95")))
        for what, name in (
            ("reread 25 passages", "rerank_25_ms"),
            ("read 8 passages", "read_8_ms"),
            ("embed the same 25, for comparison", "embed_25_ms"),
        )
    ]
    return text + table((f"n {speed['n']}", "p50", "p95"), times) + depths(f.get("depth", {})), {}


def depths(found: Figures) -> str:
    """What it costs to reread fewer of the hits."""
    rows = [
        (name, str(one["n"]), measure, *(f"{value:.3f}" for value in one[measure].values()))
        for name, one in found.items()
        for measure in one.keys() - {"n"}
    ]
    most = list(next(iter(found.values()))["ndcg@10"]) if found else []
    return "\n" + table(("hits reread", "n", "", *most), sorted(rows)) if rows else ""


def page(f: Figures) -> Section:
    parts = []
    if "loads" in f:
        rows = [
            (
                name,
                *(f"{row['first_contentful_paint_ms'][q]:.0f} ms" for q in ("p50", "p95")),
                str(row["requests"]),
                f"{row['script_bytes'] / 1000:.1f} kB",
                f"{row['bytes'] / 1000:.1f} kB",
            )
            for name, row in f["loads"].items()
        ]
        parts.append(table(("empty cache", "first paint p50", "p95", "requests", "scripts, raw", "all, raw"), rows))
    if stream := f.get("stream"):
        parts.append(
            f"{stream['words']:.0f} words at 200 a second, processor {stream['cpu_slower']:g}× slower, medians of "
            f"{stream['rounds']}: first words drawn {stream['first_painted_ms']:.0f} ms after they came, the median of "
            f"all {stream['painted_ms']:.0f} ms; frame gap p99 {stream['frame_gap_p99_ms']:.0f} ms; "
            f"{stream['long_tasks']:g} long tasks; layout shift {stream['layout_shift']:.3f}.\n"
        )
    scores = f.get("lighthouse", {})
    if "missing" in scores:
        parts.append(f"Lighthouse was not run: {scores['missing']}.\n")
    elif scores:
        names = ("performance", "accessibility", "best-practices", "seo")
        rows = [
            (name, *(f"{row[one]:.0f}" for one in names), ", ".join(row["lost"]) or "nothing")
            if "failed" not in row
            else (name, *("–" for _ in names), f"given up: {' '.join(row['failed'].split())}")
            for name, row in scores.items()
        ]
        parts.append(table(("Lighthouse", *names, "lost points by"), rows))
    return "\n".join(parts), {}


def files(f: Figures) -> Section:
    text = ""
    if "found" in f:
        rows = sorted(f["by_format"].items())
        text += (
            f"{f['found']:.1%} of {f['n']} phrases in {f['files']} files, the slowest read in {f['slowest_s']} s.\n\n"
        )
        text += table(("type", "phrases found"), rows) + "\n"
    if long := f.get("long"):
        steps = (("sent_s", "received"), ("first_cited_s", "first cited sentence"), ("answered_s", "whole answer"))
        rows = [(name, f"{long[f'{key}_p50']:.2f} s", f"{long[f'{key}_max']:.2f} s") for key, name in steps]
        rows.append(("processor, all of it", f"{long['cpu_s_p50']:.2f} s", f"{long['cpu_s_max']:.2f} s"))
        about = f"PDF of {long['pages']} pages, {long['words']:,} words; {long['n']} times"
        text += table((about, "p50", "longest"), rows)
    return text, {}


def support(f: Figures) -> Section:
    rows = [
        (name, str(row["n"]), f"{row['auc']:.3f}", f"{row['kept']:.1%}", f"{row['passed']:.1%}")
        for name, row in f["sets"].items()
    ]
    took = ", ".join(f"{name.replace('_', ' ')} {ms}" for name, ms in f["check_8_passages_cpu_ms"].items())
    text = f"By words: one sentence against 8 passages, processor milliseconds: {took}.\n\n"
    text += table(("pairs", "n", "AUC", "supported that pass", "unsupported that pass"), rows)
    return text + "\n" + by_meaning(f), {}


def by_meaning(f: Figures) -> str:
    """Both checks on the same sample."""
    kinds = ("words", "meaning")
    keys = ("auc", "balanced_accuracy", "ece")
    rows = [
        (name, str(row["words"]["n"]), *(" / ".join(f"{row[kind][key]:.3f}" for kind in kinds) for key in keys))
        for name, row in f["beside"].items()
    ]
    took = ", ".join(f"{f[key]['p50']:.0f} (p95 {f[key]['p95']:.0f})" for key in ("sentence_ms", "read_8_ms"))
    text = f"By meaning: one sentence against 8 passages that were read before, and reading them, ms: {took}.\n\n"
    return text + table(("words / meaning", "n", "AUC", "balanced accuracy", "ECE"), rows)


def asking(f: Figures) -> Section:
    rows = [
        (
            name,
            *(
                f"{share(one['value'])} of {one['n']} ({share(one['low'])} to {share(one['high'])})" if one else ""
                for one in each.values()
            ),
        )
        for name, each in f["requests"].items()
    ]
    forms = f["forms"]
    text = f"{f['documents']:,} texts in one index, {'by words and by meaning' if f['vectors'] else 'by words'}.\n\n"
    text += table(("asked back", "all", "topic known", "named as a text is"), rows)
    if "options" in forms:
        kinds = ("retrieve", "well formed", "lead somewhere", "lead apart", "good or fair")
        said = ", ".join(f"{kind} {share(forms[kind])}" for kind in kinds)
        text += f"\nOf {forms['options']} options: {said}. Valid forms: {share(forms['valid'])}.\n"
    if "answered" in f:
        taken = f["answered"]
        text += f"\nOf {taken['choices']} choices that were taken {taken['declined']} were declined.\n"
    return text, {}


def checks(f: Figures) -> Section:
    rows = [
        (
            name,
            "held" if row["exit_code"] == 0 else f"exit code {row['exit_code']}",
            row["said"],
            f"{row['seconds']:.0f}",
            f"`{row['command']}`",
        )
        for name, row in f.items()
    ]
    return table(("promise", "", "its last words", "s", "command"), rows), {}


def clone(f: Figures) -> Section:
    rows = [
        (name, f"{f[key]:.0f} s")
        for key, name in (("first_cited_answer_s", "`make run`, first cited answer"), ("page_s", "`make run`, page"))
        if key in f
    ]
    if "test" in f:
        rows.append(("`make test`", f"{f['test']['seconds']:.0f} s, exit code {f['test']['exit_code']}"))
    return table(("", ""), rows), {}


SECTIONS: dict[str, tuple[str, Callable[[Figures], Section]]] = {
    "stages": ("Where does the time of a question go?", stages),
    "overhead": ("What is added to a model's own time?", overhead),
    "streams": ("How many answers can be followed at once?", streams),
    "retrieval": ("Is search better and faster than others'?", retrieval),
    "sets": ("Does hybrid search ever lose to words alone?", sets),
    "answers": ("Are the answers right, and silent where nothing is known?", answers),
    "starter": ("Do a newcomer's first questions work?", starter),
    "live": ("Does a live answer keep its deadline?", live),
    "startup": ("How long until it is there?", startup),
    "page": ("How soon and how smoothly does the page appear?", page),
    "index_speed": ("How fast do documents become findable?", index_speed),
    "crawl": ("How much of a web does a crawl bring?", crawl),
    "spread": ("Can the work be spread?", spreading),
    "links": ("What are links worth?", links),
    "pagerank": ("How long does PageRank take?", ranked),
    "log": ("What does the durable log cost?", log),
    "growth": ("What happens when the index grows?", growth),
    "extraction": ("Is a page's text found?", extraction),
    "files": ("Is a file's text found, and how soon can it be asked?", files),
    "reading": ("What is the cross-encoder worth?", reading),
    "support": ("How often is the check of a sentence right?", support),
    "asking": ("How often is a question asked back?", asking),
    "checks": ("Do the promises hold that are tests?", checks),
    "clone": ("How long from nothing?", clone),
}
