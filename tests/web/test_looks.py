"""The look: colours that can be read, a budget that holds, models that are picked as wanted."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest

from pincite.ports import ModelCard
from pincite.web import looks
from pincite.web.looks import STATIC, Cards
from pincite.web.pages.offline import SCRIPTS

CSS = (STATIC / "pincite.css").read_text(encoding="utf-8")
ROLES = {
    name: (light, dark)
    for name, light, dark in re.findall(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", CSS)
}
ON = ("bg", "card", "raised")
WANTED = [
    *((role, ground, 4.5) for role in ("ink", "soft", "accent", "good", "warn", "bad") for ground in ON),
    *(("edge", ground, 3.0) for ground in ON),
    ("on-accent", "accent", 4.5),
    ("ink", "mark", 4.5),
]


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The WCAG formula."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("role", "ground", "least"), WANTED)
def test_every_colour_can_be_read_on_every_ground(role: str, ground: str, least: float, theme: int) -> None:
    assert contrast(ROLES[role][theme], ROLES[ground][theme]) >= least


def test_the_formula_is_right() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


def test_v1_scripts_stay_within_forty_kilobytes_and_reach_for_nobody() -> None:
    """Of what the home page loads; what other pages load comes on top of it there."""
    assert sum((STATIC / name).stat().st_size for name in (*SCRIPTS, "files.js")) <= 40_000
    for path in [*STATIC.glob("*.js"), STATIC / "pincite.css"]:
        assert not re.search(r"(?:https?:)?//[a-z0-9-]+\.[a-z]{2,}", path.read_text(encoding="utf-8")), path.name


def test_scripts_never_take_text_for_html() -> None:
    """HTML comes finished from the server; a script that glues text into it would undo the sanitising."""
    for path in STATIC.glob("*.js"):
        for line in path.read_text(encoding="utf-8").splitlines():
            assert not re.search(r"innerHTML\s*[+]?=\s*[`'\"]|insertAdjacentHTML|document\.write|eval\(", line), line


async def test_models_are_asked_for_once_and_again_only_behind_the_page_or_after_a_change(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls = 0

    async def cards() -> list[ModelCard]:
        nonlocal calls
        calls += 1
        return [ModelCard(f"local:{calls}", "m", "local", "openai", "this machine")]

    async def renew() -> None:
        pass

    kept = Cards()
    models = SimpleNamespace(cards=cards, renew=renew, edition=0)
    assert (await kept.get(models))[0].id == "local:1"  # type: ignore[arg-type]
    assert (await kept.get(models))[0].id == "local:1"  # type: ignore[arg-type]
    monkeypatch.setattr(looks, "CARDS_S", -1.0)
    assert (await kept.get(models))[0].id == "local:1"  # type: ignore[arg-type]
    assert kept._asking is not None
    await kept._asking
    assert (await kept.get(models))[0].id == "local:2"  # type: ignore[arg-type]
    await kept._asking
    before = calls
    monkeypatch.setattr(looks, "CARDS_S", 60.0)
    models.edition += 1
    assert (await kept.get(models))[0].id == f"local:{before + 1}"  # type: ignore[arg-type]
    assert (await kept.get(models))[0].id == f"local:{before + 1}"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("speed", "words"),
    [
        (None, ""),
        (4.64, "about 4.6 tokens a second"),
        (9.97, "about 10 tokens a second"),
        (38.2, "about 38 tokens a second"),
        (2.0, "about 2 tokens a second"),
        (123.4, "about 120 tokens a second"),
    ],
)
def test_a_speed_is_said_as_exactly_as_it_matters(speed: float | None, words: str) -> None:
    assert looks.speed_words(speed) == words


def test_text_of_any_script_runs_its_own_way() -> None:
    rule = next(line for line in CSS.splitlines() if "unicode-bidi: plaintext" in line)
    assert all(tag in rule for tag in ("h1", " p,", "li", "td", "textarea"))
