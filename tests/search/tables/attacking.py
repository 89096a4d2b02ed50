"""What comes of hostile SQL that goes straight to the drivers, as if there were no guard?"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass

from tests.search.tables.corpus import CANARY, Attack
from tests.search.tables.world import World

from pincite.errors import BadQuery, DatabaseFailed

SECONDS = 0.3
"""What a query may take; a bomb is broken off after that."""


@dataclass(frozen=True)
class Outcome:
    attack: Attack
    told: str
    """All that whoever asked gets to see: rows, or what the error says with its reason last."""
    seconds: float

    @property
    def leaks(self) -> bool:
        return f"{CANARY}-" in self.told

    @property
    def broken_off(self) -> bool:
        return self.told.endswith((" timeout", " too_large"))


async def outcomes(world: World, attacks: Sequence[Attack], seconds: float = SECONDS) -> list[Outcome]:
    found: list[Outcome] = []
    for attack in attacks:
        if not found or found[-1].broken_off:
            # A process that was ended starts again here, so that its start is not counted as the query's time.
            await _told(world, "SELECT 1", 60)
        began = time.monotonic()
        told = await _told(world, attack.placed(world.where), seconds)
        found.append(Outcome(attack, told, time.monotonic() - began))
    return found


async def _told(world: World, sql: str, seconds: float) -> str:
    try:
        return json.dumps(
            await world.connection.ask({"job": "rows", "sql": sql, "most": 50, "most_bytes": 1 << 20}, seconds)
        )
    except BadQuery as error:
        return error.detail
    except DatabaseFailed as error:
        return f"{error.detail} {error.reason}"
