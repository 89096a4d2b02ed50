"""What does a slip of the keyboard cost, and what does spelling win back? Retrieval, clean and misspelt.

One word of each question, of four letters or more, gets one slip: a letter left out, doubled, swapped with the next, or
a neighbour's key struck. The same questions stay clean to show the harm: what is put right that was right.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

from pincite.answer.question.spelling import respelt
from pincite.errors import BadInput
from pincite.evals import measures, sets
from pincite.evals.build import Built, built
from pincite.evals.report import Report, Telling, silent
from pincite.evals.sets import QuestionRow
from pincite.evals.vectors import default_cache
from pincite.index.edits import KEYS
from pincite.ports import Lexicon, Query
from pincite.rank.order import fuse
from pincite.text.tokens import STOP_WORDS
from pincite.types import Hit

DEPTH = 20
_WORD = re.compile(r"[A-Za-z]{4,}")


def run(
    passages: Sequence[Path],
    questions: Sequence[Path],
    *,
    limit: int | None = None,
    seed: int = 0,
    cache: Path | None = None,
    telling: Telling = silent,
) -> Report:
    """nDCG@10 and recall@10 of hybrid search by what is asked: clean, misspelt, each with and without spelling.

    ``right`` of the misspelt are those in which just the slip was put right, ``wrong`` those that became another
    question than was meant; of the clean ones every change is wrong. Milliseconds are of the spelling alone.
    """
    found = sets.passages(passages)
    known = {row.id for row in found}
    asked = [q for q in sets.questions(questions) if any(g > 0 and id_ in known for id_, g in q.right.items())]
    chosen = sets.sample([q for q in asked if not q.impossible and slipped(q.text, random.Random(0))], limit, seed)  # noqa: S311
    if not chosen:
        raise BadInput(
            "no question names one of these passages and has a word of four letters to misspell",
            hint='write {"id": …, "question": …, "passage_id": …}',
        )
    with built(found, cache or default_cache(), telling) as b:
        return compared(b, chosen, seed, telling)


def compared(b: Built, chosen: Sequence[QuestionRow], seed: int, telling: Telling = silent) -> Report:
    """The report on questions in each of which a slip can be made."""
    lexicon = b.index.lexicon(b.embedder.knows)
    chance = random.Random(seed)  # noqa: S311
    misspelt = [slipped(q.text, chance) for q in chosen]
    systems: dict[str, dict[str, Any]] = {}
    for name, texts in (("clean", [q.text for q in chosen]), ("misspelt", misspelt)):
        put, times = [], []
        for text in texts:
            began = perf_counter()
            put.append(respelt(text, lexicon))
            times.append((perf_counter() - began) * 1000)
        telling(name, 0, len(texts))
        plain = [_found(b, [text]) for text in texts]
        both = [_found(b, [new, text]) if new else was for new, text, was in zip(put, texts, plain, strict=True)]
        right = sum(bool(new) and new.lower() == q.text.lower() for new, q in zip(put, chosen, strict=True))
        changed = sum(map(bool, put))
        systems[name] = _measured(plain, chosen)
        systems[f"{name}, spelling"] = {
            **_measured(both, chosen),
            "right": right / len(chosen),
            "wrong": (changed - right) / len(chosen),
            "ms": measures.spread(times),
        }
        telling(name, len(texts), len(texts))
    unseen = sum(_unseen(text, q.text, lexicon) for text, q in zip(misspelt, chosen, strict=True))
    facts = {
        "n": len(chosen),
        "passages": len(b.rows),
        "seed": seed,
        "misspelt words that are no words": unseen / len(chosen),
    }
    return Report("typos", facts, systems)


def slipped(question: str, chance: random.Random) -> str:
    """The question with one slip in one of its longer words; empty where it has none."""
    words = [m for m in _WORD.finditer(question) if m[0].lower() not in STOP_WORDS and not m[0][1:].isupper()]
    if not words:
        return ""
    match = chance.choice(words)
    word = match[0]
    at = chance.randrange(len(word))
    slip = chance.choice(("leave out", "double", "swap", "neighbour"))
    if slip == "swap" and word[at : at + 1] != word[at + 1 : at + 2] != "":
        made = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    elif slip == "neighbour":
        made = word[:at] + chance.choice(_beside(word[at])) + word[at + 1 :]
    elif slip == "double":
        made = word[: at + 1] + word[at:]
    else:
        made = word[:at] + word[at + 1 :]
    return question[: match.start()] + made + question[match.end() :]


def _beside(letter: str) -> list[str]:
    row = next(row for row in KEYS if letter.lower() in row)
    at = row.index(letter.lower())
    keys = row[max(0, at - 1) : at] + row[at + 1 : at + 2]
    return [key.upper() if letter.isupper() else key for key in keys]


def _unseen(misspelt: str, clean: str, lexicon: Lexicon) -> bool:
    """Whether the slip made something that is no word: only those can be seen."""
    new = set(misspelt.split()) - set(clean.split())
    return any(not lexicon.knows(word.strip("?.,:;!'\"()")) for word in new)


def _found(b: Built, texts: Sequence[str]) -> list[str]:
    """Row ids, best first, of all the searches together."""
    lists: list[list[Hit]] = [b.index.search(Query(text, DEPTH)) for text in texts]
    hits = fuse(lists) if len(lists) > 1 else lists[0]
    return list(dict.fromkeys(b.rows[hit.passage.document.id].id for hit in hits))


def _measured(lists: Sequence[Sequence[str]], questions: Sequence[QuestionRow]) -> dict[str, Any]:
    pairs = list(zip(lists, (q.right for q in questions), strict=True))
    return {
        "ndcg@10": measures.mean([measures.ndcg(ids, right) for ids, right in pairs]),
        "recall@10": measures.mean([measures.recall(ids, right, 10) for ids, right in pairs]),
    }
