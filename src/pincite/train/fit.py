"""How is it trained? One loop over two kinds of batches, resumable at any step, the same for the same seed.

Losses: of the passages beside one question, the right one is the most relevant (softmax over the group), of several
others also together with what search said of them, which turns training to what search does not know, and it is
relevant at all (logistic, the right one as much as all the others); its answer's first and last token are the likeliest
of all tokens of the group ("shared normalisation", Clark & Gardner, ACL 2018), so that a wrong passage learns to offer
none; a claim has its label (cross-entropy). AdamW; the rate rises, stays, and cools down to 0 over the last steps
(warmup-stable-decay, Hu et al., MiniCPM, 2024), so that a run whose figures ask for more goes on from where it began to
cool.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from pincite.errors import BadInput
from pincite.train.batches import Batch, Cutter, claimed, grouped
from pincite.train.examples import Claim, Example
from pincite.train.network import CrossEncoder, Judged

Telling = Callable[[str], None]

_NOTED = 10
"""Steps from note to note: on a small processor a step takes seconds."""
_MAY_CHANGE = ("steps", "cooling", "save_every")
PER_SCORE = 2.75
"""Logits that a standard deviation of search's score is worth, likeliest on 9,667 questions of SQuAD train."""
_HAS_BFLOAT16 = bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())
"""Does this processor multiply bfloat16 in hardware? Then training takes half the time (LAB.md)."""


@dataclass(frozen=True)
class Recipe:
    """All that decides what comes out, beside the data."""

    steps: int
    tokens: int = 4096
    """Padded tokens a batch."""
    rate: float = 1.5e-4
    warm_up: int = 100
    """Steps over which the rate rises."""
    cooling: float = 0.15
    """Share of the steps, the last ones, over which it falls."""
    decay: float = 0.01
    wrong: int = 1
    """Wrong passages beside each right one."""
    claims_every: int = 5
    """Each so many-th batch is one of claims; 0: none is."""
    seed: int = 0
    save_every: int = 200

    @property
    def cools_at(self) -> int:
        """The step at which the rate begins to fall; at the latest the last one."""
        return min(round(self.steps * (1 - self.cooling)), self.steps - 1)


def fit(
    network: CrossEncoder,
    examples: Sequence[Example],
    claims: Sequence[Claim],
    cutter: Cutter,
    recipe: Recipe,
    folder: Path,
    device: str = "cpu",
    telling: Telling = print,
) -> None:
    """Trains to ``recipe.steps``, from where ``folder`` stands.

    Leaves ``state.pt`` there, ``steady.pt`` of before the cooling, and ``curve.jsonl``. More steps than before go on
    from ``steady.pt``. Raises ``BadInput`` where it was begun by another recipe.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _same_recipe(folder / "recipe.json", recipe)
    network.to(device).train()
    optimizer = _optimizer(network, recipe)
    done = _resumed(folder, recipe, network, optimizer, device)
    _forget(folder / "curve.jsonl", done)
    batches = _endless(examples, claims, cutter, recipe)
    sums: dict[str, float] = {}
    began, pairs = time.monotonic(), 0
    for step, batch in zip(range(recipe.steps), batches, strict=False):
        if step < done:
            continue
        for group in optimizer.param_groups:
            group["lr"] = recipe.rate * schedule(step, recipe)
        losses = _step(network, optimizer, batch, device)
        pairs += len(batch.ids)
        for name, value in losses.items():
            sums[name] = value if name not in sums else 0.98 * sums[name] + 0.02 * value
        if (step + 1) % _NOTED == 0 or step + 1 == recipe.steps:
            speed = pairs / (time.monotonic() - began)
            _note(folder, step + 1, sums, speed, telling, recipe.steps)
        if (step + 1) % recipe.save_every == 0 or step + 1 in (recipe.cools_at, recipe.steps):
            name = "steady.pt" if step < recipe.cools_at else "state.pt"
            _save(folder / name, step + 1, recipe, network, optimizer)


def _same_recipe(path: Path, recipe: Recipe) -> None:
    """Writes it down, or compares it with the one before in all that a resumed run can't change."""
    asked = asdict(recipe)
    before = json.loads(path.read_text(encoding="utf-8")) if path.exists() else asked
    differ = [name for name in asked if name not in _MAY_CHANGE and asked[name] != before.get(name)]
    if differ:
        raise BadInput(
            f"{path.parent} was begun with another {', '.join(differ)}",
            hint=f"give the same words as before, another --out, or remove {path.parent}",
        )
    path.write_text(json.dumps(asked, indent=1) + "\n", encoding="utf-8")


def schedule(step: int, recipe: Recipe) -> float:
    """Share of the rate at ``step``: up linearly, level, and down linearly to 0 at the end."""
    falling = (recipe.steps - step) / max(1, recipe.steps - recipe.cools_at)
    return max(0.0, min((step + 1) / max(1, recipe.warm_up), 1.0, falling))


def losses(judged: Judged, batch: Batch) -> dict[str, Tensor]:
    """Each loss by name, as means over the batch."""
    if batch.labels is not None:
        return {"support": functional.cross_entropy(judged.support, batch.labels)}
    grouped_ = judged.relevance.view(-1, batch.group)
    first = torch.zeros(len(grouped_), dtype=torch.int64, device=grouped_.device)
    right = torch.zeros_like(grouped_)
    right[:, 0] = 1
    even = torch.full_like(grouped_, 0.5 * batch.group / (batch.group - 1))
    even[:, 0] = 0.5 * batch.group
    # Two questions of one passage are no matter of rank, only of whether there is an answer.
    ranked = grouped_.masked_fill(batch.twisted.view(-1, batch.group), float("-inf"))
    found = {
        "order": functional.cross_entropy(ranked, first),
        "relevant": functional.binary_cross_entropy_with_logits(grouped_, right, even),
    }
    if batch.group > 2:
        found["joined"] = functional.cross_entropy(ranked + PER_SCORE * batch.scores.view(-1, batch.group), first)
    marked = batch.starts[:: batch.group] >= 0
    if marked.any():
        length = judged.starts.shape[1]
        for name, logits, places in (("start", judged.starts, batch.starts), ("end", judged.ends, batch.ends)):
            shared = logits.view(-1, batch.group * length)[marked]
            found[name] = functional.cross_entropy(shared, places[:: batch.group][marked])
    return found


def _step(network: CrossEncoder, optimizer: torch.optim.Optimizer, batch: Batch, device: str) -> dict[str, float]:
    here = Batch(**{n: v.to(device) if isinstance(v, Tensor) else v for n, v in vars(batch).items()})
    with torch.autocast(device, dtype=torch.bfloat16, enabled=device != "cpu" or _HAS_BFLOAT16):
        judged = network(here.ids, here.sides, here.real, here.readable)
    found = losses(judged, here)
    optimizer.zero_grad()
    torch.stack(list(found.values())).sum().backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    optimizer.step()
    return {name: float(value.detach()) for name, value in found.items()}


def _optimizer(network: CrossEncoder, recipe: Recipe) -> torch.optim.Optimizer:
    """Biases and norms are not decayed."""
    wanted = [p for p in network.parameters() if p.requires_grad]
    return torch.optim.AdamW(
        [
            {"params": [p for p in wanted if p.ndim > 1], "weight_decay": recipe.decay},
            {"params": [p for p in wanted if p.ndim == 1], "weight_decay": 0.0},
        ],
        lr=recipe.rate,
        fused=True,
    )


def _endless(examples: Sequence[Example], claims: Sequence[Claim], cutter: Cutter, recipe: Recipe) -> Iterator[Batch]:
    """Batches without end, in an order that only the seed decides: a resumed run sees what an unbroken one would."""
    questions = _again(lambda seed: grouped(examples, cutter, recipe.wrong, recipe.tokens, seed), recipe.seed)
    statements = _again(lambda seed: claimed(claims, cutter, recipe.tokens, seed), recipe.seed)
    for number in count(1):
        said = bool(claims) and recipe.claims_every and number % recipe.claims_every == 0
        yield next(statements if said else questions)


def _again(made: Callable[[int], Iterator[Batch]], seed: int) -> Iterator[Batch]:
    for epoch in count():
        yield from made(seed + 1000 * epoch)


def _resumed(folder: Path, recipe: Recipe, network: CrossEncoder, optimizer: torch.optim.Optimizer, device: str) -> int:
    """Steps done. A state that cooled towards another end than this recipe's is no start."""
    for path in (folder / "state.pt", folder / "steady.pt"):
        if path.exists():
            state = torch.load(path, map_location=device, weights_only=True)
            if path.name == "steady.pt" or state["steps"] == recipe.steps:
                network.load_state_dict(state["network"])
                optimizer.load_state_dict(state["optimizer"])
                return int(state["step"])
    return 0


def _save(path: Path, step: int, recipe: Recipe, network: CrossEncoder, optimizer: torch.optim.Optimizer) -> None:
    """Whole or not at all: a run that is killed while it writes resumes from the file before."""
    fresh = path.with_suffix(".new")
    state = {"step": step, "steps": recipe.steps, "network": network.state_dict(), "optimizer": optimizer.state_dict()}
    torch.save(state, fresh)
    fresh.replace(path)


def _forget(curve: Path, done: int) -> None:
    """Steps after those done will be made, and noted, again."""
    if curve.exists():
        rows = [row for row in curve.read_text(encoding="utf-8").splitlines(True) if json.loads(row)["step"] <= done]
        curve.write_text("".join(rows), encoding="utf-8")


def _note(folder: Path, step: int, sums: dict[str, float], speed: float, telling: Telling, steps: int) -> None:
    row = {"step": step, "pairs_per_s": round(speed, 1), **{name: round(value, 4) for name, value in sums.items()}}
    with (folder / "curve.jsonl").open("a", encoding="utf-8") as curve:
        curve.write(json.dumps(row) + "\n")
    telling(f"{step}/{steps}  " + "  ".join(f"{name} {value}" for name, value in row.items() if name != "step"))
