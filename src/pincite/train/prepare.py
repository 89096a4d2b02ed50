"""What is there to learn from? Passages and questions become files of examples and claims, made once.

Every twentieth question, and all claims about its passage, stay out of training, to measure what was learned.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from itertools import chain
from pathlib import Path

from pincite.errors import BadInput
from pincite.evals.build import built
from pincite.evals.report import Telling
from pincite.evals.sets import PassageRow, QuestionRow
from pincite.train import claims
from pincite.train.examples import Twist, answered, titled, write

HELD = 20
"""One question in so many is held out."""


@dataclass(frozen=True)
class Prepared:
    """How many of each were made; the files stand beside each other in one folder."""

    answered: int
    titled: int
    claims: int
    held: int
    held_claims: int
    of: str = ""
    """A digest of the passages, the questions and how they were used."""


def prepare(
    rows: Sequence[PassageRow],
    questions: Sequence[QuestionRow],
    folder: Path,
    telling: Telling,
    *,
    cache: Path,
    seed: int = 0,
    negatives: int = 8,
    dense: bool = True,
    mined: float = 1.0,
    twist: Twist | None = None,
) -> Prepared:
    """Writes answered, titled, claims, held and held-claims ``.jsonl`` to ``folder``, unless they are there already.

    ``dense`` mines negatives by meaning too, for which every passage must be embedded (``cache`` keeps vectors).
    ``mined`` is the share of the questions for which they are searched for; those of the others have the same title.
    ``twist`` makes of a question one that its passage does not answer. Questions without a known passage are left out.
    Raises ``BadInput`` if what is there was made of something else.
    """
    done = folder / "prepared.json"
    used = f"{rows} {questions} {seed} {negatives} {dense} {mined} {twist is not None}"
    of = sha256(used.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    if done.exists():
        return _before(done, of)
    known = {row.id: row for row in rows}
    usable = [q for q in questions if any(grade > 0 and id_ in known for id_, grade in q.right.items())]
    random.Random(seed).shuffle(usable)  # noqa: S311
    held, taught = usable[::HELD], [q for number, q in enumerate(usable) if number % HELD]
    unseen = {id_ for question in held for id_ in question.right}
    open_ = [row for row in rows if row.id not in unseen]
    about, about_open = claims.articles(rows, usable), claims.articles(open_, taught)
    sampled = random.Random(seed).sample(list(rows), min(len(rows), max(len(taught) // 10, 5000)))  # noqa: S311
    with built(rows, cache, telling, dense=dense) as b:
        made = Prepared(
            answered=write(
                folder / "answered.jsonl",
                answered(taught, known, b.index, negatives, dense=dense, seed=seed, mined=mined, twist=twist),
            ),
            titled=write(folder / "titled.jsonl", titled(sampled, b.index, negatives, seed=seed)),
            claims=write(
                folder / "claims.jsonl",
                chain(
                    claims.from_questions([q for q in taught if not unseen & q.right.keys()], known, about_open, seed),
                    claims.from_sentences(open_, about_open, seed),
                ),
            ),
            held=write(folder / "held.jsonl", answered(held, known, b.index, negatives, dense=dense, seed=seed)),
            held_claims=write(
                folder / "held-claims.jsonl",
                chain(
                    claims.from_questions(held, known, about, seed),
                    claims.from_sentences([row for row in rows if row.id in unseen], about, seed),
                ),
            ),
            of=of,
        )
    done.write_text(json.dumps(asdict(made)) + "\n", encoding="utf-8")
    return made


def _before(done: Path, of: str) -> Prepared:
    made = Prepared(**json.loads(done.read_text(encoding="utf-8")))
    if made.of != of:
        raise BadInput(
            f"{done.parent} was made of other passages, questions or words",
            hint=f"give another --out, or remove {done.parent.parent} to begin anew",
        )
    return made
