"""Are the answers right? The sections on answers, on reading and checking them, and on promises."""

from __future__ import annotations

from benchmarks.sections.cells import Figures, Section, share, spread, table


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


def manuals(f: Figures) -> Section:
    rows = []
    for half, row in f["halves"].items():
        shares = [share(row[key]) for key in ("lead_right", "contains", "wrongly_declined", "wrongly_answered")]
        rows.append((half, str(row["n"]), *shares, str(row["n_absent"]), share(row["absent_declined"])))
    head = ("half", "n", "first sentence right", "within the answer", "wrongly declined", "answered otherwise")
    first, last = spread(f["first_sentence_ms"])
    text = (
        "Which passages are told was tuned on `dev` alone; from when on an answer is given, on `held`, too. An answer "
    )
    text += f"without the words looked for may be of use. First sentence: p50 {first} ms, p95 {last} ms.\n\n"
    return text + table((*head, "n without an answer", "declined"), rows), {}


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
