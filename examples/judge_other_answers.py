"""Judge somebody else's answers: do their citations hold?

python examples/judge_other_answers.py answers.jsonl FOLDER

Each line: {"question": …, "answer": "text with [1]", "sources": [{"title", "url", "text"}]}; more fields in
docs/evaluation.md. Without arguments it judges two answers of its own, one of them with a wrong citation.
"""

import asyncio
import json
import sys
import tempfile
from pathlib import Path

from pincite.evals import judging
from pincite.evals.judges import Label, lexical
from pincite.evals.summary import summarise

SOURCE = {
    "title": "Danube",
    "url": "https://example.org/danube",
    "text": "The Danube is the second-longest river in Europe. It rises in the Black Forest and flows 2,850 km.",
}
ANSWERS = [
    {"question": "How long is the Danube?", "answer": "The Danube flows 2,850 km [1].", "sources": [SOURCE]},
    {
        "question": "Where does it end?",
        "answer": "The Danube ends in the North Sea at Hamburg [1].",
        "sources": [SOURCE],
    },
]


def main(answers: Path, folder: Path) -> None:
    # A judge is anything with judge(statement, passages): words alone here, a trained checker or a model elsewhere.
    judged = folder / "judged.jsonl"
    asyncio.run(judging.run(answers, lexical(), judged))

    for one in judging.judgements(judged):
        for ruling in one.rulings:
            label = ruling.union.label if ruling.union else "uncited"
            mark = "✓" if label is Label.FULL else "✗"
            print(f"{mark} {label:8} {one.record.answer.text[ruling.start : ruling.end]}")

    # Every figure with its interval; this judge has taken no exam here, so its figures are a proxy.
    print(f"\n{summarise([judged], folder).table()}\n\ncharts are in {folder}")


if __name__ == "__main__":
    if len(sys.argv) == 3:
        main(Path(sys.argv[1]), Path(sys.argv[2]))
    else:
        with tempfile.TemporaryDirectory() as made:
            own = Path(made) / "own.jsonl"
            own.write_text("".join(json.dumps(row) + "\n" for row in ANSWERS), encoding="utf-8")
            main(own, Path(made))
