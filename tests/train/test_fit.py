"""Training itself, where PyTorch is: pip install 'pincite[labs]'. It learns, resumes, and exports what it learned."""

from __future__ import annotations

import json
import random
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install 'pincite[labs]'")
pytest.importorskip("safetensors", reason="safetensors is not installed: pip install 'pincite[labs]'")

ort = pytest.importorskip("onnxruntime")

from tests.train.test_prepare import ROWS  # noqa: E402

from pincite.encoders.cross import MODEL as CROSS  # noqa: E402
from pincite.encoders.cross import SHIPPED, CrossEncoder  # noqa: E402
from pincite.encoders.embed import MODEL  # noqa: E402
from pincite.encoders.shipped import WEIGHTS, tokenizer  # noqa: E402
from pincite.errors import BadInput  # noqa: E402
from pincite.settings import Settings  # noqa: E402
from pincite.train import base, batches, export, fit, network  # noqa: E402
from pincite.train.__main__ import main as train  # noqa: E402
from pincite.train.examples import Claim, Example, Text  # noqa: E402

CUTTER = batches.Cutter(tokenizer(), text=24)
PLACES = ["Paris", "Rome", "Oslo", "Lima", "Cairo", "Delhi", "Kyoto", "Quito"]


def example(thing: str, place: str) -> Example:
    said = f"Visitors say the {thing} is in {place}."
    at = said.index(place)
    wrong = Text("Guide", f"Nobody has seen a {thing} anywhere.")
    return Example(f"Where is the {thing}?", Text("Guide", said, at, at + len(place)), (wrong,))


EXAMPLES = [example(thing, place) for thing in ("tower", "bridge", "castle") for place in PLACES]
CLAIMS = [Claim(f"It is in {a}.", Text("Guide", f"It is in {b}."), 2 * (a == b)) for a in PLACES for b in PLACES[:2]]
RECIPE = fit.Recipe(steps=12, tokens=600, rate=5e-4, warm_up=1, save_every=4)


@pytest.fixture(scope="module")
def start() -> dict[str, torch.Tensor]:
    return base.start(WEIGHTS / MODEL)


def trained(start: dict[str, torch.Tensor], folder: Path, recipe: fit.Recipe) -> network.CrossEncoder:
    fresh = network.started(start, frozen=4, dropout=0.0, seed=0)
    fit.fit(fresh, EXAMPLES, CLAIMS, CUTTER, recipe, folder, telling=lambda _: None)
    return fresh


def test_a_marked_answer_is_marked_in_tokens_too() -> None:
    for one in EXAMPLES:
        (pair,) = CUTTER.pairs(one.asked, [one.right], random.Random(0))
        said = tokenizer().decode(pair.ids[pair.start : pair.end + 1])
        assert said == one.right.text[one.right.start : one.right.end].lower()


def test_a_window_of_a_long_passage_holds_the_answer() -> None:
    text = "nothing here " * 40 + "but the answer is Lima, yes. " + "nothing there " * 40
    at = text.index("Lima")
    for seed in range(20):
        (pair,) = CUTTER.pairs("where?", [Text("T", text, at, at + 4)], random.Random(seed))
        assert tokenizer().decode(pair.ids[pair.start : pair.end + 1]) == "lima"


def test_a_window_without_answer_is_what_looks_most_like_the_question() -> None:
    text = "nothing here " * 40 + "lighthouses of Lima shine. " + "nothing there " * 40
    (pair,) = CUTTER.pairs("Where do lighthouses shine?", [Text("T", text)], random.Random(0))
    assert "lighthouses" in tokenizer().decode(pair.ids[pair.begins :])
    assert (pair.start, pair.end) == (-1, -1)


def test_the_twisted_question_stands_beside_the_right_passage_in_a_wrong_ones_place() -> None:
    one = replace(EXAMPLES[0], wrong=EXAMPLES[0].wrong * 2, twisted="Where is the sea?")
    (batch,) = batches.grouped([one], CUTTER, 2, 600, 0)
    assert batch.group == len(batch.ids) == 3
    assert batch.twisted.tolist() == [False, False, True]
    said = [tokenizer().decode(row.tolist()) for row in batch.ids]
    assert [each.split("?")[0] for each in said] == ["where is the tower", "where is the tower", "where is the sea"]
    assert ["paris" in each for each in said] == [True, False, True]


def test_of_two_passages_one_is_always_wrong() -> None:
    (batch,) = batches.grouped([replace(EXAMPLES[0], twisted="Where is the sea?")], CUTTER, 1, 600, 0)
    assert batch.twisted.tolist() == [False, False]


def test_what_search_knows_already_costs_less() -> None:
    known = replace(EXAMPLES[0], wrong=EXAMPLES[0].wrong * 2)
    found = []
    for score in (0.0, 0.9):
        one = replace(known, right=replace(known.right, score=score))
        (batch,) = batches.grouped([one], CUTTER, 2, 600, 0)
        ends = torch.zeros(batch.ids.shape)
        found.append(fit.losses(network.Judged(torch.zeros(3), ends, ends, torch.zeros(3, 3)), batch))
    assert found[0]["joined"] == found[0]["order"] == found[1]["order"]
    assert found[1]["joined"] < found[0]["joined"]


def test_it_learns(start: dict[str, torch.Tensor], tmp_path: Path) -> None:
    trained(start, tmp_path, replace(RECIPE, steps=100))
    first, last = (json.loads(line) for line in (tmp_path / "curve.jsonl").read_text("utf-8").splitlines()[:2])
    assert last["order"] < first["order"]
    assert last["start"] < first["start"]


def test_a_run_that_was_stopped_ends_where_an_unbroken_one_does(start: dict[str, torch.Tensor], tmp_path: Path) -> None:
    whole = trained(start, tmp_path / "whole", RECIPE)
    fresh = network.started(start, frozen=4, dropout=0.0, seed=0)

    def stop(step: int) -> None:
        if step == 6:
            raise KeyboardInterrupt

    steps = fit.schedule
    seen = iter(range(100))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(fit, "schedule", lambda *given: (stop(next(seen)), steps(*given))[1])
        with pytest.raises(KeyboardInterrupt):
            fit.fit(fresh, EXAMPLES, CLAIMS, CUTTER, RECIPE, tmp_path / "broken", telling=lambda _: None)
    resumed = trained(start, tmp_path / "broken", RECIPE)
    for one, other in zip(whole.parameters(), resumed.parameters(), strict=True):
        assert torch.allclose(one, other, atol=1e-5)


def test_the_rate_rises_stays_and_falls_to_nothing() -> None:
    recipe = fit.Recipe(steps=100, warm_up=10, cooling=0.2)
    rates = [fit.schedule(step, recipe) for step in range(101)]
    assert rates[0] == 0.1
    assert set(rates[9:81]) == {1.0}
    assert rates[90] == 0.5
    assert rates[100] == 0.0


def test_more_steps_go_on_from_before_the_cooling(start: dict[str, torch.Tensor], tmp_path: Path) -> None:
    """Or the second run would begin at the end of a rate that has fallen to nothing."""
    trained(start, tmp_path / "grown", RECIPE)
    grown = trained(start, tmp_path / "grown", replace(RECIPE, steps=20))
    whole = trained(start, tmp_path / "whole", replace(RECIPE, steps=20))
    for one, other in zip(grown.parameters(), whole.parameters(), strict=True):
        assert torch.allclose(one, other, atol=1e-5)
    assert [
        json.loads(line)["step"] for line in (tmp_path / "grown" / "curve.jsonl").read_text("utf-8").splitlines()
    ] == [10, 20]


def test_another_recipe_does_not_go_on_from_this_one(start: dict[str, torch.Tensor], tmp_path: Path) -> None:
    """Or a finished run would be given for one of another rate that never ran."""
    trained(start, tmp_path, replace(RECIPE, steps=1))
    with pytest.raises(BadInput, match="begun with another rate, wrong"):
        trained(start, tmp_path, replace(RECIPE, steps=2, rate=1e-5, wrong=2))


def test_a_run_that_was_stopped_leaves_nothing_where_answers_look_for_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passages, settings = tmp_path / "p.jsonl", Settings(data_dir=tmp_path)
    passages.write_text("".join(json.dumps(asdict(row)) + "\n" for row in ROWS), "utf-8")

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("pincite.train.__main__.fit", stopped)
    with pytest.raises(KeyboardInterrupt):
        train(["--passages", str(passages), "--mine", "text", "--cache", str(tmp_path / "cache")], settings)
    assert not settings.cross_dir.exists()
    assert CrossEncoder.configured(settings) is not None
    assert (tmp_path / "cross.training" / "data" / "prepared.json").exists()


def test_a_run_of_a_single_step_leaves_what_is_exported(start: dict[str, torch.Tensor], tmp_path: Path) -> None:
    trained(start, tmp_path, replace(RECIPE, steps=1))
    assert export.loaded(tmp_path / "state.pt")


def test_what_is_frozen_stays(start: dict[str, torch.Tensor], tmp_path: Path) -> None:
    after = trained(start, tmp_path, RECIPE)
    assert torch.equal(after.words.weight, start["embeddings.word_embeddings.weight"])
    assert torch.equal(after.layers[3].up.weight, start["encoder.layer.3.intermediate.dense.weight"])
    assert not torch.equal(after.layers[5].up.weight, start["encoder.layer.5.intermediate.dense.weight"])


def test_what_is_kept_of_the_start_lies_between(start: dict[str, torch.Tensor]) -> None:
    old, new = (network.started(start, 0, 0.0, seed) for seed in (1, 2))
    ends = [each.relevance.weight.detach().clone() for each in (old, new)]
    assert torch.equal(network.between(old, network.started(start, 0, 0.0, 2), 0.0).relevance.weight, ends[1])
    mixed = network.between(old, new, 0.25).relevance.weight
    assert torch.allclose(mixed, 0.25 * ends[0] + 0.75 * ends[1])


@pytest.mark.parametrize("share", ["-0.1", "1.5", "nan"])
def test_a_share_that_is_none_is_told_before_anything_is_read(share: str) -> None:
    with pytest.raises(BadInput, match=f"{share} of the start"):
        train(["--passages", "nowhere.jsonl", "--keep", share], Settings())


def test_the_exported_graph_says_what_the_network_says(start: dict[str, torch.Tensor], tmp_path: Path) -> None:
    trained(start, tmp_path, RECIPE)
    loaded = export.loaded(tmp_path / "state.pt")
    target = tmp_path / "cross.onnx"
    export.export(loaded, target)
    pairs = [pair for one in EXAMPLES[:6] for pair in CUTTER.pairs(one.asked, [one.right], random.Random(0))]
    session = ort.InferenceSession(target.with_suffix(".fp32.onnx"), providers=["CPUExecutionProvider"])
    for pair in pairs:
        ids, sides = (torch.tensor([each]) for each in (pair.ids, pair.sides))
        real = torch.ones_like(ids, dtype=torch.bool)
        with torch.no_grad():
            ours = loaded(ids, sides, real, real)
        given = {"input_ids": ids.numpy(), "sides": sides.numpy()}
        relevance, spans, support = session.run(None, given)
        assert np.allclose(relevance[:, 0], ours.relevance.numpy(), atol=1e-3)
        assert np.allclose(spans[..., 0], ours.starts.numpy(), atol=1e-3)
        assert np.allclose(support, ours.support.numpy(), atol=1e-3)
    found = export.parity(target, pairs)
    assert found.pairs == 6
    assert found.relevance > 0.9


def test_training_goes_on_from_what_ships() -> None:
    going_on = network.started(base.start(), frozen=0, dropout=0.0, seed=0).eval()
    session = ort.InferenceSession(SHIPPED / CROSS, providers=["CPUExecutionProvider"])
    for one in EXAMPLES[:4]:
        for pair in CUTTER.pairs(one.asked, [one.right, *one.wrong], random.Random(0)):
            ids, sides = (torch.tensor([each]) for each in (pair.ids, pair.sides))
            there = torch.ones_like(ids, dtype=torch.bool)
            with torch.no_grad():
                ours = going_on(ids, sides, there, there).relevance.item()
            (theirs,) = session.run(["relevance"], {"input_ids": ids.numpy(), "sides": sides.numpy()})[0][0]
            assert ours == pytest.approx(theirs, abs=1.0)


@pytest.mark.parametrize("name", ["none.onnx", "broken.onnx", "broken.safetensors"])
def test_a_start_that_is_none_is_said_with_its_name(tmp_path: Path, name: str) -> None:
    if name.startswith("broken"):
        (tmp_path / name).write_bytes(b"neither")
    with pytest.raises(BadInput, match=name):
        base.start(tmp_path / name)
