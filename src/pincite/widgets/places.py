"""Which time is kept where, and where is it? Towns, countries and states by name, and the zones by their own names.

The table is made by ``scripts/build_places.py`` from GeoNames (CC BY 4.0).
"""

from __future__ import annotations

import gzip
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

ALSO = {
    "nyc": "new york city",
    "la": "los angeles",
    "l a": "los angeles",
    "vegas": "las vegas",
    "sf": "san francisco",
    "frisco": "san francisco",
    "dc": "washington dc",
    "uk": "united kingdom",
    "great britain": "united kingdom",
    "britain": "united kingdom",
    "uae": "united arab emirates",
    "holland": "netherlands",
    "the netherlands": "netherlands",
    "viet nam": "vietnam",
    "ho chi minh": "ho chi minh city",
    "saigon": "ho chi minh city",
    "kiev": "kyiv",
    "bombay": "mumbai",
    "calcutta": "kolkata",
    "peking": "beijing",
    "korea": "south korea",
    "czech republic": "czechia",
    "usa": "united states",
    "us": "united states",
    "america": "united states",
    "the us": "united states",
    "the usa": "united states",
    "southern california": "california",
    "northern california": "california",
    "quebec city": "quebec",
    "greenwhich": "greenwich",
}
"""Other names of what is in the table."""

OWN = {
    "england": ("England, United Kingdom", "Europe/London", "GB-ENG", "", ""),
    "scotland": ("Scotland, United Kingdom", "Europe/London", "GB-SCT", "", ""),
    "wales": ("Wales, United Kingdom", "Europe/London", "GB-WLS", "", ""),
    "northern ireland": ("Northern Ireland", "Europe/London", "GB-NIR", "", ""),
    "washington dc": ("Washington, D.C.", "America/New_York", "US-DC", "38.90", "-77.04"),
    "greenwich": ("Greenwich, United Kingdom", "Europe/London", "GB-ENG", "51.48", "0.00"),
}
TOWNS = {"new york": "new york city", "ny": "new york city"}
"""Who asks for the weather in a state of this name means its town."""

ZONES = {
    "eastern": ("Eastern Time", "America/New_York"),
    "central": ("Central Time", "America/Chicago"),
    "mountain": ("Mountain Time", "America/Denver"),
    "pacific": ("Pacific Time", "America/Los_Angeles"),
    "alaska": ("Alaska Time", "America/Anchorage"),
    "hawaii": ("Hawaii Time", "Pacific/Honolulu"),
    "atlantic": ("Atlantic Time", "America/Halifax"),
    "pacific coast": ("Pacific Time", "America/Los_Angeles"),
    "west coast": ("Pacific Time", "America/Los_Angeles"),
    "east coast": ("Eastern Time", "America/New_York"),
    "est": ("Eastern Time", "America/New_York"),
    "edt": ("Eastern Time", "America/New_York"),
    "cst": ("Central Time (North America)", "America/Chicago"),
    "cdt": ("Central Time (North America)", "America/Chicago"),
    "mst": ("Mountain Time (North America)", "America/Denver"),
    "mdt": ("Mountain Time (North America)", "America/Denver"),
    "pst": ("Pacific Time (North America)", "America/Los_Angeles"),
    "pdt": ("Pacific Time (North America)", "America/Los_Angeles"),
    "hst": ("Hawaii Time", "Pacific/Honolulu"),
    "utc": ("UTC", "UTC"),
    "gmt": ("GMT", "Etc/GMT"),
    "cet": ("Central European Time", "Europe/Paris"),
    "eet": ("Eastern European Time", "Europe/Athens"),
    "jst": ("Japan", "Asia/Tokyo"),
}
"""Zones by name. ``ist`` and ``bst`` are not among them: each is the zone of two or three countries."""


@dataclass(frozen=True)
class Place:
    """Somewhere. ``zone`` is ``None`` where several times are kept, or several places have the name."""

    name: str
    zone: ZoneInfo | None
    code: str = ""
    """ISO 3166: of a country, such as ``NO``, or of a part of one, such as ``US-CA`` for a town of California."""
    at: tuple[float, float] | None = None
    """Latitude and longitude in degrees, to a hundredth; ``None`` for what is wider than a town, or several places."""

    @property
    def country(self) -> str:
        return self.code.partition("-")[0]


def plain(name: str) -> str:
    """As the table is written: small letters without accents, words with one blank between."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return " ".join(re.findall(r"[a-z0-9]+", letters.replace("'", "").replace(".", "")))


def find(name: str) -> Place | None:
    """The place of this name, alone or with its country or state. ``None`` for one that is not known."""
    key = plain(name)
    key = ALSO.get(key, key)
    first, _, state = key.rpartition(" ")
    row = OWN.get(key) or _table().get(key) or (_table().get(f"{first} {STATES[state]}") if state in STATES else None)
    if row is None:
        return None
    called, zone, code, north, east = row
    return Place(called, ZoneInfo(zone) if zone else None, code, (float(north), float(east)) if north else None)


def town(name: str) -> Place | None:
    """The place of this name if it is one spot that keeps one time, as weather and sunrise need it."""
    place = find(TOWNS.get(plain(name), name))
    return place if place is not None and place.at is not None and place.zone is not None else None


def zone(name: str) -> Place | None:
    """A zone by its own name, such as ``pacific standard`` or ``utc``."""
    key = plain(name).removesuffix(" time").removesuffix(" standard").removesuffix(" daylight").removeprefix("the ")
    row = ZONES.get(key)
    return Place(row[0], ZoneInfo(row[1])) if row else None


@cache
def _table() -> dict[str, tuple[str, str, str, str, str]]:
    text = gzip.decompress(files("pincite.widgets").joinpath("places.tsv.gz").read_bytes()).decode()
    rows = (line.split("\t") for line in text.splitlines())
    return {key: (called, zone, code, north, east) for key, called, zone, code, north, east in rows}


STATES = {
    short: name.replace("_", " ")
    for short, name in (
        pair.split(":")
        for pair in (
            "al:alabama ak:alaska az:arizona ar:arkansas ca:california co:colorado ct:connecticut de:delaware "
            "fl:florida ga:georgia hi:hawaii id:idaho il:illinois in:indiana ia:iowa ks:kansas ky:kentucky "
            "la:louisiana me:maine md:maryland ma:massachusetts mi:michigan mn:minnesota ms:mississippi "
            "mo:missouri mt:montana ne:nebraska nv:nevada oh:ohio ok:oklahoma or:oregon pa:pennsylvania "
            "sc:south_carolina sd:south_dakota tn:tennessee tx:texas ut:utah vt:vermont va:virginia "
            "wa:washington wv:west_virginia wi:wisconsin wy:wyoming nc:north_carolina nd:north_dakota "
            "nh:new_hampshire nj:new_jersey nm:new_mexico ny:new_york ri:rhode_island uk:united_kingdom"
        ).split()
    )
}
"""As they are written after a town's name."""
