"""Draw the small fixed set on which `make gate` measures: python scripts/build_gate_set.py ../shared/data/squad

Twelve articles of SQuAD 1.1 dev (CC BY-SA 4.0), all distinct passages of each up to ten, and four questions an article
about different ones of them. The draw is seeded; the files lie in tests/fixtures/gate.
"""

import json
import lzma
import random
import sys
from pathlib import Path

HOME = Path(__file__).parent.parent / "tests" / "fixtures" / "gate"
ARTICLES, PASSAGES, QUESTIONS, SEED = 12, 10, 4, 7


def rows(path: Path) -> list[dict[str, object]]:
    with lzma.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def main(source: Path) -> None:
    rng = random.Random(SEED)
    passages = {str(row["id"]): row for row in rows(source / "passages.jsonl.xz")}
    asked: dict[str, dict[str, list[dict[str, object]]]] = {}
    for question in rows(source / "questions-dev-v1.1.jsonl.xz"):
        passage = passages[str(question["passage_id"])]
        asked.setdefault(str(passage["title"]), {}).setdefault(str(passage["id"]), []).append(question)
    titles = sorted(title for title, about in asked.items() if len(about) >= QUESTIONS)
    kept, questions = [], []
    for title in rng.sample(titles, ARTICLES):
        about = asked[title]
        chosen = rng.sample(sorted(about), min(PASSAGES, len(about)))
        kept += [{key: passages[id_][key] for key in ("id", "title", "text")} for id_ in chosen]
        for id_ in chosen[:QUESTIONS]:
            one = rng.choice(about[id_])
            questions.append({key: one[key] for key in ("id", "question", "passage_id", "answers")})
    HOME.mkdir(parents=True, exist_ok=True)
    for name, written in (("passages", kept), ("questions", questions)):
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in written)
        (HOME / f"{name}.jsonl").write_text(text, encoding="utf-8")
        print(f"{len(written)} {name}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
