"""Can a person see what can be picked, and why the rest can't?"""

from __future__ import annotations

import ssl

import pytest
from pydantic import ValidationError
from tests.models.conftest import Ask

from pincite.errors import ModelRefused, UnknownModel
from pincite.models import Picker
from pincite.settings import EndpointSettings, ModelSettings
from pincite.testing.model_server import ModelServer


def named(*endpoints: tuple[str, EndpointSettings], default: str | None = None) -> ModelSettings:
    return ModelSettings(default=default, endpoints=dict(endpoints))


async def test_no_default_and_none_mean_that_no_model_writes() -> None:
    picker = Picker(named(), {})
    assert await picker.pick(None) is None
    assert await picker.pick("none") is None


async def test_the_default_writes_unless_another_is_picked(server: ModelServer) -> None:
    here = EndpointSettings(base_url=server.base_url, models=("a", "b"))
    picker = Picker(named(("here", here), default="here:a"), {})
    default, other = await picker.pick(), await picker.pick("here:b")
    assert default is not None
    assert other is not None
    assert (default.card.id, other.card.id) == ("here:a", "here:b")
    assert await picker.pick("none") is None


async def test_a_server_is_asked_for_its_models(server: ModelServer) -> None:
    picker = Picker(named(("here", EndpointSettings(base_url=server.base_url))), {})
    cards = await picker.cards()
    await picker.close()
    usable = [card for card in cards if not card.locked]
    assert "here:test-model" in [card.id for card in usable]
    assert {card.runs_on for card in usable} == {"this machine"}
    assert cards[: len(usable)] == usable, "usable ones come first"


async def test_a_locked_card_says_why(server: ModelServer) -> None:
    picker = Picker(named(("gone", EndpointSettings(base_url="http://127.0.0.1:9/v1"))), {})
    locked = {card.id: card.locked for card in await picker.cards()}
    await picker.close()
    assert locked["openai:gpt-4.1-mini"] == "no key: set OPENAI_API_KEY"
    assert locked["gone"] == "not running at http://127.0.0.1:9/v1"


async def test_a_server_that_refuses_the_key_is_locked() -> None:
    server = ModelServer()
    picker = Picker(named(("wrong", EndpointSettings(base_url="http://127.0.0.1:1/v1", key_env="K"))), {"K": "ключ"})
    locked = {card.id: card.locked for card in await picker.cards()}
    assert "characters that no key has" in locked["wrong"]
    assert server.requests == []


async def test_picking_a_locked_model_says_which_variable_to_set() -> None:
    with pytest.raises(ModelRefused, match="no key") as refused:
        await Picker(named(), {}).pick("openai:gpt-4.1")
    assert refused.value.reason == "no_key"
    assert refused.value.hint == "set OPENAI_API_KEY"


async def test_an_unknown_model_names_the_nearest_right_one(server: ModelServer) -> None:
    here = EndpointSettings(base_url=server.base_url, models=("qwen3:4b",))
    picker = Picker(named(("here", here)), {})
    for wrong in ("here:qwen3", "hre:qwen3:4b", "qwen3:4b"):
        with pytest.raises(UnknownModel, match=wrong) as unknown:
            await picker.pick(wrong)
        assert "here:qwen3:4b" in unknown.value.hint
    await picker.close()


async def test_a_model_that_the_server_does_not_list_is_unknown(server: ModelServer) -> None:
    picker = Picker(named(("here", EndpointSettings(base_url=server.base_url))), {})
    with pytest.raises(UnknownModel) as unknown:
        await picker.pick("here:tset-model")
    assert "here:test-model" in unknown.value.hint
    await picker.close()


async def test_what_a_server_said_is_kept_for_a_minute(server: ModelServer) -> None:
    now = 0.0
    picker = Picker(named(("here", EndpointSettings(base_url=server.base_url))), {}, clock=lambda: now)
    for _ in range(3):
        await picker.cards()
    assert server.listed == 1
    now = 61
    await picker.cards()
    await picker.close()
    assert server.listed == 2


async def test_what_another_process_added_is_looked_for_once_a_second_and_asks_servers_anew(
    server: ModelServer,
) -> None:
    now, looks, added = 0.0, 0, dict[str, EndpointSettings]()
    new = True

    async def renew() -> bool:
        nonlocal looks
        looks += 1
        return new

    picker = Picker(ModelSettings(), {}, added=added, renew=renew, clock=lambda: now)
    assert "box:good" not in {card.id for card in await picker.cards()}
    added["box"] = EndpointSettings(base_url=server.base_url, models=("good",))
    now = 2.0
    model = await picker.pick("box:good")
    assert model is not None
    await picker.cards()
    edition, listed, new = picker.edition, server.listed, False
    now = 4.0
    await picker.cards()
    await picker.at("box")
    await picker.behind("NONE")
    await picker.close()
    assert (looks, picker.edition, server.listed) == (3, edition, listed)


async def test_a_key_is_in_no_card_and_in_no_repr(server: ModelServer) -> None:
    here = EndpointSettings(base_url=server.base_url, key_env="K", models=("a",))
    picker = Picker(named(("here", here)), {"K": "sk-secret-secret"})
    model = await picker.pick("here:a")
    assert "sk-secret" not in repr(await picker.cards()) + repr(model) + repr(getattr(model, "_endpoint", ""))
    await picker.close()


async def test_certificates_are_verified_wherever_there_are_any() -> None:
    picker = Picker(named(), {"OPENAI_API_KEY": "k"})
    await picker.pick("openai:gpt-4.1")
    (client,) = picker._clients.values()
    context = client._transport._pool._ssl_context  # type: ignore[attr-defined]
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    await picker.close()


@pytest.mark.parametrize("endpoint", ["openai", "anthropic"])
async def test_a_model_shows_its_speed_once_it_was_heard_to_the_end(
    server: ModelServer, picker: Picker, ask: Ask, endpoint: str
) -> None:
    name = f"{endpoint}:test-model"

    async def speeds() -> dict[str, float]:
        return {card.id: card.speed for card in await picker.cards() if card.speed is not None}

    assert await speeds() == {}
    server.rate, server.mode = 100.0, "cut-mid"
    await ask(name)
    assert await speeds() == {}
    server.mode = ""
    await ask(name)
    assert list(await speeds()) == [name]
    assert picker.speed(name) == (await speeds())[name]


async def test_a_card_knows_the_price_that_was_set_and_a_model_on_this_machine_is_free(server: ModelServer) -> None:
    here = EndpointSettings(base_url=server.base_url, models=("a",))
    far = EndpointSettings(base_url="http://192.0.2.1/v1", models=("a", "b"))
    prices = ("far:a=0.4/1.60",)
    picker = Picker(ModelSettings(endpoints={"here": here, "far": far}, prices=prices), {})
    dollars = {card.id: card.dollars for card in [*await picker.at("here"), *await picker.at("far")]}
    await picker.close()
    assert dollars == {"here:a": (0.0, 0.0), "far:a": (0.4, 1.6), "far:b": None}


@pytest.mark.parametrize("price", ["far:a", "far:a=1", "far:a=1/x", "=1/2", "a=1/2", "far:a=-1/2"])
def test_what_is_no_price_is_refused_with_an_example(price: str) -> None:
    with pytest.raises(ValidationError, match="write it as office:big=2/8"):
        ModelSettings(prices=(price,))
