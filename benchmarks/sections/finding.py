"""Is it found? The sections on search, on links, and on the text of pages and files."""

from __future__ import annotations

from benchmarks.sections.cells import Figures, Section, table, versioned
from pincite.evals import plot


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
