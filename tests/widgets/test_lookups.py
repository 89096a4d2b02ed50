"""What a widget looks up: told with its date, remembered, refused where it is nonsense, and not waited for long."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from pincite.ports import Glance
from pincite.settings import ECB_RATES, Settings
from pincite.testing.lookup_server import LookupServer
from pincite.testing.loopback import running
from pincite.widgets.currency import FRESH_S
from pincite.widgets.currency import rates as read_rates
from pincite.widgets.glance import Glancer
from pincite.widgets.sources import LONGEST_REST_S, REST_S, Sources

NOW = datetime(2026, 11, 29, 9, 15, tzinfo=UTC)
EUROS = "100 usd in euros"
RAIN = "weather in oslo tomorrow"
LONG_S = 20.0
"""A deadline that a slow machine keeps."""
SHORT_S = 1.0
"""One that a server which is silent does not."""


@pytest.fixture
async def server() -> AsyncIterator[LookupServer]:
    async with running(LookupServer()) as started:
        assert isinstance(started, LookupServer)
        yield started


def settings(server: LookupServer, folder: Path, deadline_s: float = LONG_S) -> Settings:
    where = {"rates": f"{server.base_url('ecb')}/eurofxref-daily.xml", "weather": server.base_url("openmeteo")}
    return Settings.model_validate({"data_dir": folder, "widgets": {**where, "deadline_s": deadline_s}})


async def looked(found: Settings, question: str, now: datetime = NOW) -> Glance:
    """What is told by a process that has just begun."""
    glancer = Glancer(found, lambda: now)
    try:
        return await glancer.look(question)
    finally:
        await glancer.close()


def text(glance: Glance) -> str:
    assert glance.missing == ()
    return glance.card.text if glance.card else ""


# ── what is told ──


@pytest.mark.parametrize(
    ("question", "told"),
    [
        (EUROS, "100 US dollars ≈ 92.59 euros, at the European Central Bank's reference rates of 27 November 2026."),
        ("how many yen is £1", "1 British pound ≈ 193.45 yen, at the European Central Bank's reference rates of 27 "),
        ("1 yen in pounds", "1 yen ≈ 0.005169 British pounds, at the European Central Bank's reference rates of 27 "),
        ("exchange rate between euros and dollars", "1 euro ≈ 1.08 US dollars, at "),
        ("$15 cad in euros", "15 Canadian dollars ≈ 10.00 euros, at "),
        ("how many euros is $15", "15 US dollars ≈ 13.89 euros, at "),
    ],
)
async def test_money_is_changed_at_the_rates_of_a_day(
    server: LookupServer, tmp_path: Path, question: str, told: str
) -> None:
    assert text(await looked(settings(server, tmp_path), question)).startswith(told)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        (
            RAIN,
            "In Oslo, Norway tomorrow, Monday 30 November, 2 to 5 °C, overcast, chance of rain or snow 70 %. ",
        ),
        (
            "is it raining in oslo right now",
            "In Oslo, Norway it is 1 °C, light rain now; today 1 to 4 °C, light rain, chance of rain or snow 80 %. ",
        ),
        ("how cold is it in denver today", "In Denver, Colorado it is 34 °F, light rain now; today 34 to 40 °F, "),
        ("will it snow in oslo on wednesday", "In Oslo, Norway on Wednesday 2 December 4 to 7 °C, light snow, "),
    ],
)
async def test_the_weather_is_told_in_the_units_of_the_place(
    server: LookupServer, tmp_path: Path, question: str, told: str
) -> None:
    assert text(await looked(settings(server, tmp_path), question)).startswith(told)


async def test_the_value_of_a_card_stands_in_its_text(server: LookupServer, tmp_path: Path) -> None:
    for question in (EUROS, RAIN, "weather in oslo"):
        card = (await looked(settings(server, tmp_path), question)).card
        assert card is not None
        assert card.body.value in card.text
        assert card.body.sentence == card.text
    assert card.text.endswith("Open-Meteo's forecast of 29 November 2026, 10:15 there.")


async def test_the_server_learns_where_a_place_lies_and_nothing_of_the_question(
    server: LookupServer, tmp_path: Path
) -> None:
    await looked(settings(server, tmp_path), "please tell me the weather in oslo tomorrow")
    (request,) = server.asked("openmeteo")
    assert (request.query["latitude"], request.query["longitude"]) == ("59.91", "10.75")
    assert "oslo" not in str(request).lower()
    assert "cookie" not in request.headers


async def test_without_an_address_nobody_is_asked(server: LookupServer, tmp_path: Path) -> None:
    none = Settings.model_validate({"data_dir": tmp_path, "widgets": {"rates": ""}})
    assert none.widgets.weather == ""
    assert await looked(none, EUROS) == await looked(none, RAIN) == Glance()
    assert Settings().widgets.rates == ECB_RATES
    assert server.seen == []


async def test_money_that_the_bank_does_not_quote_is_no_answer_and_no_failure(
    server: LookupServer, tmp_path: Path
) -> None:
    del server.rates["JPY"]
    assert await looked(settings(server, tmp_path), "100 usd in yen") == Glance()


# ── what is remembered ──


async def test_rates_are_asked_for_once_while_they_are_fresh_also_by_the_next_process(
    server: LookupServer, tmp_path: Path
) -> None:
    await asyncio.gather(*(looked(settings(server, tmp_path), EUROS) for _ in range(3)))
    before = len(server.asked("ecb"))
    assert text(await looked(settings(server, tmp_path), "1 euro in yen"))
    assert len(server.asked("ecb")) == before <= 3


async def test_old_rates_are_asked_for_again_and_serve_with_their_day_where_newer_ones_cant_be_had(
    server: LookupServer, tmp_path: Path
) -> None:
    found = settings(server, tmp_path)
    await looked(found, EUROS)
    (kept,) = (tmp_path / "widgets").iterdir()
    past = time.time() - FRESH_S - 60
    os.utime(kept, (past, past))
    server.rates["USD"] = "2.0000"
    server.modes["ecb"] = "500"
    assert "≈ 92.59 euros" in text(await looked(found, EUROS))
    server.modes["ecb"] = "hanging"
    assert "≈ 92.59 euros" in text(await looked(settings(server, tmp_path, SHORT_S), EUROS))
    late = text(await looked(settings(server, tmp_path, SHORT_S), EUROS, NOW + timedelta(days=30)))
    assert "rates of 27 November 2026, 32 days ago; newer ones could not be had." in late
    server.modes.clear()
    assert "≈ 50.00 euros" in text(await looked(found, EUROS))


async def test_a_copy_that_is_broken_is_no_copy(server: LookupServer, tmp_path: Path) -> None:
    await looked(settings(server, tmp_path), EUROS)
    (kept,) = (tmp_path / "widgets").iterdir()
    kept.write_bytes(kept.read_bytes()[:100])
    before = len(server.asked("ecb"))
    assert "≈ 92.59 euros" in text(await looked(settings(server, tmp_path), EUROS))
    assert len(server.asked("ecb")) == before + 1


async def test_a_copy_from_another_address_is_not_taken(server: LookupServer, tmp_path: Path) -> None:
    await looked(settings(server, tmp_path), EUROS)
    async with running(LookupServer(rates={"USD": "2.0"})) as other:
        assert isinstance(other, LookupServer)
        assert "≈ 50.00 euros" in text(await looked(settings(other, tmp_path), EUROS))


async def test_where_no_copy_can_be_kept_the_answer_is_there_all_the_same(server: LookupServer, tmp_path: Path) -> None:
    (tmp_path / "widgets").write_text("a file where the folder should be")
    assert "≈ 92.59 euros" in text(await looked(settings(server, tmp_path), EUROS))


# ── what fails ──


@pytest.mark.parametrize(
    ("mode", "reason"),
    [
        ("429", "status_429"),
        ("500", "status_500"),
        ("503", "status_503"),
        ("malformed", "garbled"),
        ("html", "garbled"),
        ("wrong", "garbled"),
        ("cut", "cut"),
        ("reset", "cut"),
    ],
)
@pytest.mark.parametrize(("service", "question"), [("ecb", EUROS), ("openmeteo", RAIN)])
async def test_a_service_that_fails_costs_the_card_is_named_and_left_alone_for_a_while(
    server: LookupServer, tmp_path: Path, mode: str, reason: str, service: str, question: str
) -> None:
    server.modes[service] = mode
    glancer = Glancer(settings(server, tmp_path), lambda: NOW)
    try:
        first, second = await glancer.look(question), await glancer.look(question)
    finally:
        await glancer.close()
    asked = len(server.asked(service))
    assert first.card is second.card is None
    assert [one.reason for one in first.missing] == [reason]
    assert [one.reason for one in second.missing] == ["resting"]
    assert first.missing[0].part == {"ecb": "currency", "openmeteo": "weather"}[service]
    # A connection that broke before any answer is tried once more; after that nobody asks.
    assert asked <= 2
    assert len(server.asked(service)) == asked


@pytest.mark.parametrize("mode", ["hanging", "slow"])
async def test_a_slow_service_is_left_out_at_the_deadline(server: LookupServer, tmp_path: Path, mode: str) -> None:
    server.modes["openmeteo"] = mode
    server.slow_s = 600
    async with asyncio.timeout(60):
        glance = await looked(settings(server, tmp_path, SHORT_S), RAIN)
    assert glance.card is None
    assert [(one.part, one.reason) for one in glance.missing] == [("weather", "timeout")]


@pytest.mark.parametrize(
    "changes",
    [
        {"daily.temperature_2m_max": [999] * 8},
        {"daily.temperature_2m_min": [40] * 8},
        {"daily.temperature_2m_max": ["4.4"] * 8},
        {"daily.weather_code": [1234] * 8},
        {"daily.weather_code": [[0]] * 8},
        {"daily.time": ["tomorrow"] * 8},
        {"daily.time": ["2026-11-29"]},
        {"daily.precipitation_probability_max": [180] * 8},
        {"daily_units.temperature_2m_max": "°F"},
        {"current.temperature_2m": None},
        {"current.temperature_2m": True},
        {"current": []},
        {"daily": None},
    ],
    ids=str,
)
async def test_a_forecast_that_can_t_be_is_none(
    server: LookupServer, tmp_path: Path, changes: dict[str, object]
) -> None:
    server.changes = changes
    glance = await looked(settings(server, tmp_path), RAIN)
    assert glance.card is None
    assert [one.reason for one in glance.missing] == ["garbled"]


async def test_days_of_which_a_forecast_knows_too_little_are_left_out(server: LookupServer, tmp_path: Path) -> None:
    server.changes = {"daily.temperature_2m_max": [4.4, 5.4, *[None] * 6]}
    assert "2 to 5 °C" in text(await looked(settings(server, tmp_path), RAIN))
    assert await looked(settings(server, tmp_path), "weather in oslo on wednesday") == Glance()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"rates",
        b"<a/>",
        b"<a><Cube time='2026-11-27'/></a>",
        b"<a><Cube time='2026-11-27'><Cube currency='USD' rate='-1'/></Cube></a>",
        b"<a><Cube time='2026-11-27'><Cube currency='USD' rate='0.0'/></Cube></a>",
        b"<a><Cube time='2026-11-27'><Cube currency='USD' rate='1e99'/></Cube></a>",
        b"<a><Cube time='2026-11-27'><Cube currency='dollars' rate='1'/></Cube></a>",
        b"<a><Cube time='yesterday'><Cube currency='USD' rate='1'/></Cube></a>",
        b"<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/hostname'>]><a><Cube time='2026-11-27'>&e;</Cube></a>",
        b"<!DOCTYPE a [<!ENTITY e '<Cube/>'>]><a><Cube time='2026-11-27'><Cube currency='&e;' rate='1'/></Cube></a>",
    ],
)
def test_a_file_of_rates_that_is_none_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError):
        read_rates(body)


def test_the_newest_of_several_days_counts() -> None:
    body = "".join(
        f"<Cube time='{day}'><Cube currency='USD' rate='{rate}'/></Cube>"
        for day, rate in (("2026-11-26", "1.1"), ("2026-11-27", "1.2"))
    )
    found = read_rates(f"<a><Cube>{body}</Cube></a>".encode())
    assert (found.day, float(found.euro["USD"])) == (date(2026, 11, 27), 1.2)


# ── a service that failed ──


def sources(server: LookupServer, folder: Path, clock: Callable[[], float]) -> Sources:
    return Sources(settings(server, folder), clock)


async def test_a_service_is_asked_again_after_its_rest_or_when_it_said(server: LookupServer, tmp_path: Path) -> None:
    at = [1000.0]
    found = sources(server, tmp_path, lambda: at[0])
    url = f"{server.base_url('ecb')}/x"

    async def reason() -> str:
        try:
            await found.get(url, read_rates, fresh_s=1, service=url)
        except Exception as error:
            return getattr(error, "reason", repr(error))
        return ""

    try:
        server.modes["ecb"] = "500"
        assert [await reason(), await reason()] == ["status_500", "resting"]
        at[0] += REST_S + 1
        server.modes["ecb"], server.retry_after_s = "429", 300
        assert [await reason(), await reason()] == ["status_429", "resting"]
        server.modes.clear()
        at[0] += REST_S + 1
        assert await reason() == "resting"
        at[0] += 300
        assert await reason() == ""
        server.modes["ecb"], server.retry_after_s = "429", 999_999
        at[0] += 2
        assert await reason() == "status_429"
        server.modes.clear()
        at[0] += LONGEST_REST_S + 1
        assert await reason() == ""
    finally:
        await found.close()


async def test_who_stops_an_answer_says_nothing_about_the_service(server: LookupServer, tmp_path: Path) -> None:
    server.modes["ecb"] = "hanging"
    glancer = Glancer(settings(server, tmp_path), lambda: NOW)
    try:
        looking = asyncio.create_task(glancer.look(EUROS))
        async with asyncio.timeout(60):
            while not server.asked("ecb"):
                await asyncio.sleep(0.01)
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
        server.modes.clear()
        assert "≈ 92.59 euros" in text(await glancer.look(EUROS))
    finally:
        await glancer.close()


async def test_a_question_that_needs_nothing_from_outside_asks_nobody(server: LookupServer, tmp_path: Path) -> None:
    found = settings(server, tmp_path)
    assert text(await looked(found, "what is 2 + 2")) == "2 + 2 = 4"
    assert text(await looked(found, "a song about whales")) == ""
    assert server.seen == []
