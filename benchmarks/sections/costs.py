"""What does it cost? The sections on time, memory and size."""

from __future__ import annotations

from benchmarks.sections.cells import Figures, Section, spread, table, versioned
from pincite.evals import plot

PEERS = {"bm25s": "bm25s", "fts5": "SQLite FTS5", "lancedb": "LanceDB, text and vectors"}


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


def clone(f: Figures) -> Section:
    rows = [
        (name, f"{f[key]:.0f} s")
        for key, name in (("first_cited_answer_s", "`make run`, first cited answer"), ("page_s", "`make run`, page"))
        if key in f
    ]
    if "test" in f:
        rows.append(("`make test`", f"{f['test']['seconds']:.0f} s, exit code {f['test']['exit_code']}"))
    return table(("", ""), rows), {}
