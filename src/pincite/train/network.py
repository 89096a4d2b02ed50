"""What learns? MiniLM-L6 over two texts at once, and three small heads on top of it.

One pass over ``[CLS] asked [SEP] title. text [SEP]`` gives how relevant the passage is, where in it the answer begins
and ends, and whether the passage says what was asked, if that was a statement. One encoder with three heads instead
of three encoders: a question pays once for ranking and reading, and the tasks teach each other what a passage says.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

VOCABULARY, WIDTH, LAYERS, HEADS, WIDE, POSITIONS, EPSILON = 30522, 384, 6, 12, 1536, 512, 1e-12
OUTPUTS = ("relevance", "span", "support")
"""The heads' names."""
LABELS = 3
"""Of the support head: no, a part, yes."""


class Judged(NamedTuple):
    """What the heads say of a batch of B pairs of S tokens."""

    relevance: Tensor
    """(B,) logit."""
    starts: Tensor
    """(B, S) logits; -inf outside of the passage's text."""
    ends: Tensor
    """(B, S) as ``starts``."""
    support: Tensor
    """(B, 3) logits: no, a part, yes."""


class Layer(nn.Module):
    """One BERT layer: attention and feed-forward, each with residual and norm after it."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.query, self.key, self.value, self.mix = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.up, self.down = nn.Linear(WIDTH, WIDE), nn.Linear(WIDE, WIDTH)
        self.norm_mixed, self.norm_out = (nn.LayerNorm(WIDTH, EPSILON) for _ in range(2))
        self.dropout = dropout

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """x (B, S, 384); mask (B, 1, 1, S) bool, true where there is a token."""
        size = x.shape[0], x.shape[1], HEADS, WIDTH // HEADS
        query, key, value = (part(x).view(size).transpose(1, 2) for part in (self.query, self.key, self.value))
        heard = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)  # (B, heads, S, 32)
        mixed = self.mix(heard.transpose(1, 2).reshape(x.shape))
        x = self.norm_mixed(x + functional.dropout(mixed, self.dropout, self.training))
        wide = self.down(functional.gelu(self.up(x)))
        out: Tensor = self.norm_out(x + functional.dropout(wide, self.dropout, self.training))
        return out


class CrossEncoder(nn.Module):
    """``frozen`` embeddings and lowest layers are not trained: their gradients would cost a third of the time."""

    def __init__(self, frozen: int = 0, dropout: float = 0.1) -> None:
        super().__init__()
        self.words = nn.Embedding(VOCABULARY, WIDTH)
        self.places = nn.Embedding(POSITIONS, WIDTH)
        self.sides = nn.Embedding(2, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, EPSILON)
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(LAYERS))
        self.relevance = nn.Linear(WIDTH, 1)
        self.span = nn.Linear(WIDTH, 2)
        self.support = nn.Linear(WIDTH, LABELS)
        self.frozen = frozen
        self.freeze()

    def freeze(self) -> None:
        """Parameters below ``frozen`` ask for no gradient."""
        if self.frozen:
            below = [self.words, self.places, self.sides, self.norm, *self.layers[: self.frozen]]
            for part in below:
                part.requires_grad_(requires_grad=False)

    def forward(self, ids: Tensor, sides: Tensor, real: Tensor, readable: Tensor) -> Judged:
        """All (B, S): token ids, side 0 or 1 (int64); ``real`` no padding, ``readable`` text of the passage (bool)."""
        places = torch.arange(ids.shape[1], device=ids.device)
        x = self.norm(self.words(ids) + self.places(places) + self.sides(sides))
        mask = real[:, None, None, :]
        for number, layer in enumerate(self.layers):
            if number < self.frozen:
                with torch.no_grad():
                    x = layer(x, mask)
            else:
                x = layer(x, mask)
        first = x[:, 0]
        spans = self.span(x).float().masked_fill(~readable[:, :, None], float("-inf"))
        return Judged(self.relevance(first)[:, 0].float(), spans[..., 0], spans[..., 1], self.support(first).float())


_LAYER = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "mix": "attention.output.dense",
    "norm_mixed": "attention.output.LayerNorm",
    "up": "intermediate.dense",
    "down": "output.dense",
    "norm_out": "output.LayerNorm",
}


def names() -> dict[str, str]:
    """Our parameters' names → those of a BERT checkpoint, for all but the heads."""
    found = {
        "words.weight": "embeddings.word_embeddings.weight",
        "places.weight": "embeddings.position_embeddings.weight",
        "sides.weight": "embeddings.token_type_embeddings.weight",
        "norm.weight": "embeddings.LayerNorm.weight",
        "norm.bias": "embeddings.LayerNorm.bias",
    }
    for layer in range(LAYERS):
        for ours, theirs in _LAYER.items():
            for kind in ("weight", "bias"):
                found[f"layers.{layer}.{ours}.{kind}"] = f"encoder.layer.{layer}.{theirs}.{kind}"
    return found


def started(tensors: dict[str, Tensor], frozen: int, dropout: float, seed: int) -> CrossEncoder:
    """A network with the encoder of a BERT checkpoint, and its heads, or fresh ones where it has none.

    Raises ``KeyError`` if it is of another shape.
    """
    torch.manual_seed(seed)
    network = CrossEncoder(frozen, dropout)
    for head in (network.relevance, network.span, network.support):
        nn.init.normal_(head.weight, std=0.02)
        nn.init.zeros_(head.bias)
    heads = {name: tensor for name, tensor in tensors.items() if name.partition(".")[0] in OUTPUTS}
    network.load_state_dict({ours: tensors[theirs] for ours, theirs in names().items()} | heads, strict=False)
    return network


def between(old: CrossEncoder, new: CrossEncoder, share: float) -> CrossEncoder:
    """``new`` with ``share`` of every weight from ``old``, from which it was trained.

    What was learnt mostly stays, and what was known before is not forgotten for it: weights between a start and an end
    often do better than either (Wortsman et al., "Robust fine-tuning of zero-shot models", CVPR 2022).
    """
    before = old.state_dict()
    new.load_state_dict({name: torch.lerp(kept, before[name], share) for name, kept in new.state_dict().items()})
    return new
