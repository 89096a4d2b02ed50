"""What if the bank's rates and tomorrow's weather were exactly these, or their servers failed in exactly that way?

A search server that also speaks, below ``/ecb``, the European Central Bank's file of daily rates, and below
``/openmeteo`` Open-Meteo's ``/v1/forecast``, as both document them. It fails in the same ``MODES``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from pincite.testing.search_dialects import Reply, Request
from pincite.testing.search_server import SearchServer


@dataclass
class LookupServer(SearchServer):
    """Two services more, and what they say."""

    day: date = date(2026, 11, 27)
    """Of the rates."""
    rates: dict[str, str] = field(
        default_factory=lambda: {"USD": "1.0800", "JPY": "162.50", "GBP": "0.8400", "CAD": "1.5000"}
    )
    now: datetime = datetime(2026, 11, 29, 10, 15)
    """By the clock of any place; the forecast begins on this day."""
    celsius: tuple[float, float] = (1.2, 4.4)
    """The lowest and highest of the first day; every day after it is a degree warmer."""
    codes: tuple[int, ...] = (61, 3, 0, 71, 95, 45, 80, 2)
    changes: dict[str, Any] = field(default_factory=dict)
    """What a forecast has instead: ``daily.weather_code`` → value."""

    def _reply(self, name: str, request: Request, mode: str) -> Reply:
        if name == "ecb":
            return Reply(self._ecb().encode(), kind="text/xml")
        return self._openmeteo(request) if name == "openmeteo" else super()._reply(name, request, mode)

    def _ecb(self) -> str:
        lines = "".join(f"<Cube currency='{code}' rate='{rate}'/>\n" for code, rate in self.rates.items())
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n<gesmes:Envelope '
            'xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">'
            "<gesmes:subject>Reference rates</gesmes:subject><gesmes:Sender><gesmes:name>European Central Bank"
            f"</gesmes:name></gesmes:Sender><Cube><Cube time='{self.day}'>{lines}</Cube></Cube></gesmes:Envelope>"
        )

    def _openmeteo(self, request: Request) -> Reply:
        query = request.query
        if request.path != "/v1/forecast":
            return Reply.of({"error": True, "reason": "Not Found"}, 404)
        if not -90 <= float(query["latitude"]) <= 90:
            reason = f"Latitude must be in range of -90 to 90°. Given: {query['latitude']}."
            return Reply.of({"error": True, "reason": reason}, 400)
        ahead = range(int(query["forecast_days"]))
        body: dict[str, Any] = {
            "latitude": float(query["latitude"]),
            "longitude": float(query["longitude"]),
            "generationtime_ms": 0.08,
            "utc_offset_seconds": 3600,
            "timezone": "Europe/Oslo",
            "timezone_abbreviation": "GMT+1",
            "elevation": 9.0,
            "current_units": {
                "time": "iso8601",
                "interval": "seconds",
                "temperature_2m": "°C",
                "weather_code": "wmo code",
            },
            "current": {
                "time": f"{self.now:%Y-%m-%dT%H:%M}",
                "interval": 900,
                "temperature_2m": self.celsius[0],
                "weather_code": self.codes[0],
            },
            "daily_units": {
                "time": "iso8601",
                "weather_code": "wmo code",
                "temperature_2m_max": "°C",
                "temperature_2m_min": "°C",
                "precipitation_probability_max": "%",
            },
            "daily": {
                "time": [f"{self.now.date() + timedelta(days)}" for days in ahead],
                "weather_code": [self.codes[days % len(self.codes)] for days in ahead],
                "temperature_2m_max": [self.celsius[1] + days for days in ahead],
                "temperature_2m_min": [self.celsius[0] + days for days in ahead],
                "precipitation_probability_max": [80 - 10 * days for days in ahead],
            },
        }
        for name, value in self.changes.items():
            section, _, key = name.partition(".")
            body[section] = {**body[section], key: value} if key else value
        return Reply.of(body)
