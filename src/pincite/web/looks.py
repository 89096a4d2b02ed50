"""What does every page need to know? The visitor's choices, the models to pick from, and where the static files are."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Literal
from urllib.parse import unquote

from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, Response

from pincite.library.access import Role
from pincite.models import Picker
from pincite.ports import FocusCard, ModelCard
from pincite.types import Actor
from pincite.web.draw.parts import environment
from pincite.web.plans import allows, most_mb
from pincite.web.state import engine_of, visitor_of
from pincite.web.words import language, script_texts, t

STATIC = Path(__file__).parent / "static"
LONGEST = 4000
"""Characters of a question, as its box lets them in; the engine has its own limit."""
YEAR_S = 365 * 86_400
CARDS_S = 30.0
"""A list of models is as old as this at the most: asking every server for every page would make pages wait."""

_PRICES = {"free": "free", "low": "low price", "middle": "middle price", "high": "high price"}


@cache
def static_files() -> dict[str, Path]:
    """Every file that may be served, by name."""
    return {path.name: path for path in sorted(STATIC.iterdir()) if path.is_file()}


@cache
def static_version() -> str:
    """A hash of all static files. It is a folder of their address, so scripts import each other's right version."""
    contents = sha256()
    for name, path in static_files().items():
        contents.update(name.encode() + b"\0" + path.read_bytes())
    return contents.hexdigest()[:12]


@dataclass(frozen=True)
class Look:
    """What a template asks of the request."""

    root: str
    here: str
    theme: str
    send: str
    lang: str = "en"
    keys: bool = True
    """Whether single keys do something."""
    whole: bool = False
    """Whether answers appear when they are whole, and not while they are written."""
    mode: Literal["quick", "copilot"] = "quick"
    """How questions are answered, as this browser asked last."""
    me: str = Actor().id
    """Who looks at the page. Without accounts that is the one person of this install."""
    account: str = ""
    """The person's name; empty where nobody is signed in, and where there are no accounts."""
    runs: bool = False
    """Whether the person may see to the accounts of others."""
    keys_too: bool = False
    """Whether the visitor may give vendors' keys."""
    stranger: bool = False
    """Whether nobody knows who looks: nothing is offered then that would only lead to the login."""
    longest: int = LONGEST
    most_of: Callable[[], float] = lambda: 64.0
    """Asks the visitor's plan and the server's settings, where a page needs to know."""

    @property
    def most_mb(self) -> float:
        """How large a file may be that the visitor hands in."""
        return self.most_of()

    def script_texts(self) -> dict[str, str]:
        return script_texts()

    def static(self, name: str) -> str:
        return f"{self.root}/static/{static_version()}/{static_files()[name].name}"


def look(request: HTTPConnection) -> Look:
    root = request.scope.get("root_path", "")
    query = f"?{request.url.query}" if request.url.query else ""
    theme, send = request.cookies.get("theme", ""), request.cookies.get("send", "")
    visitor, engine = visitor_of(request), engine_of(request)
    person = "" if visitor.alone or visitor.role is None else visitor.actor.name
    return Look(
        root=root,
        here=request.scope["path"][len(root) :] + query,
        theme=theme if theme in {"light", "dark"} else "",
        send="ctrl" if send == "ctrl" else "enter",
        lang=language(),
        keys=request.cookies.get("keys", "") != "off",
        whole=request.cookies.get("stream", "") == "off",
        mode="copilot" if request.cookies.get("mode", "") == "copilot" else "quick",
        me=visitor.actor.id,
        most_of=lambda: most_mb(engine.plan, engine.settings),
        account=person,
        stranger=request.scope.get("stranger", True),
        runs=bool(person) and visitor.role in {Role.OWNER, Role.ADMIN},
        keys_too=visitor.role in {Role.OWNER, Role.ADMIN},
    )


def page(request: HTTPConnection, template: str, status: int = 200, **values: object) -> HTMLResponse:
    return HTMLResponse(part(request, template, **values), status)


def part(request: HTTPConnection, template: str, **values: object) -> str:
    """A template as this visitor sees it."""
    return environment().get_template(template).render(look=look(request), **values)


def on_no_device(response: Response) -> Response:
    """Pages that were read are there without a network, but for these: see ``sw.js``."""
    response.headers["x-keep"] = "no"
    return response


# ── models ──


@dataclass(frozen=True)
class Choice:
    """A model as the picker shows it."""

    id: str
    name: str
    where: str
    price: str
    locked: str = ""
    speed: str = ""
    host: str = ""
    """Where it runs; empty on this machine."""


NO_MODEL = Choice("none", "Quotes only", "runs on this machine", "free")


@dataclass(frozen=True)
class Menu:
    """The models to pick from. ``none`` says that there is no model that could be used."""

    cards: tuple[Choice, ...]
    chosen: str
    none: bool

    @property
    def locked(self) -> list[Choice]:
        return [card for card in self.cards if card.locked]

    @property
    def picked(self) -> str:
        return next((card.name for card in self.cards if card.id == self.chosen), NO_MODEL.name)


class Cards:
    """The models' cards. Older than ``CARDS_S`` they are asked for again, but only the first page waits for it, and the
    first after servers or keys have changed."""

    def __init__(self) -> None:
        self._found: list[ModelCard] | None = None
        self._asked = float("-inf")
        self._asking: asyncio.Task[None] | None = None
        self._edition = 0

    async def get(self, models: Picker) -> list[ModelCard]:
        await models.renew()
        if models.edition != self._edition:
            self._found, self._asked, self._asking, self._edition = None, float("-inf"), None, models.edition
        if time.monotonic() - self._asked > CARDS_S and (self._asking is None or self._asking.done()):
            self._asking = asyncio.create_task(self._ask(models), name="model cards")
        if self._found is None and self._asking is not None:
            await asyncio.shield(self._asking)
        return self._found or []

    async def _ask(self, models: Picker) -> None:
        edition, found = models.edition, list(await models.cards())
        if edition == models.edition:
            self._found, self._asked = found, time.monotonic()


async def menu(request: HTTPConnection, wanted: str = "") -> Menu:
    """What can be picked. The choice: ``wanted``, the last one of this browser, the configured default, none."""
    engine = engine_of(request)
    if not hasattr(request.app.state, "cards"):
        request.app.state.cards = Cards()
    cards = (
        NO_MODEL,
        *(
            _choice(card, engine.models.speed(card.id), inside=allows(engine.plan, card.id))
            for card in await request.app.state.cards.get(engine.models)
        ),
    )
    usable = {card.id for card in cards if not card.locked}
    candidates = (wanted, unquote(request.cookies.get("model", "")), engine.settings.models.default or "", NO_MODEL.id)
    chosen = next(name for name in candidates if name in usable)
    return Menu(cards, chosen, none=usable == {NO_MODEL.id})


def _choice(card: ModelCard, speed: float | None, *, inside: bool) -> Choice:
    """``speed`` is today's; the card may be half a minute old. ``inside``: the visitor's plan includes it."""
    here = card.runs_on == "this machine"
    where = t("runs on this machine") if here else t("runs at {host}", host=card.endpoint)
    locked = card.locked or ("" if inside else t("not in your plan"))
    host = "" if here else card.endpoint
    return Choice(card.id, card.name, where, _PRICES[card.price], locked, speed_words(speed), host)


def speed_words(speed: float | None) -> str:
    """As exact as it matters to a reader: 4.6, 38, 120. Nothing where nothing is known."""
    if speed is None:
        return ""
    shown = f"{speed:.1f}" if speed < 9.95 else f"{speed:.0f}" if speed < 99.5 else f"{round(speed, -1):.0f}"
    return t("about {n} tokens a second", n=shown.removesuffix(".0"))


# ── focus ──


@dataclass(frozen=True)
class Places:
    """The focuses to pick from, and the one that is picked."""

    cards: tuple[FocusCard, ...]
    chosen: str
    unmeant: Callable[[str], str]
    """What to say of a question that begins with ``@name`` where no focus is called so, or nothing."""

    @property
    def locked(self) -> list[FocusCard]:
        return [card for card in self.cards if card.locked]

    @property
    def picked(self) -> str:
        return self.label(self.chosen)

    def label(self, name: str) -> str:
        """What a focus is called; its name if it is no longer there."""
        return next((card.label for card in self.cards if card.id == name), name)

    def facts(self, card: FocusCard) -> str:
        """What it finds, and who gets to see the question."""
        if card.locked:
            return f"{t(card.description)} · {t('locked: {why}', why=card.locked)}"
        goes = (
            t("your question goes to {names}", names=listed(card.asks))
            if card.asks
            else t("nothing leaves this machine")
        )
        return f"{t(card.description)} · {goes}"


async def focus_menu(request: HTTPConnection, wanted: str = "") -> Places:
    """What can be picked. The choice: ``wanted``, the last one of this browser, the default one."""
    focuses = engine_of(request).focuses
    cards = tuple(await asyncio.to_thread(focuses.cards))
    usable = [card.id for card in cards if not card.locked]
    candidates = (wanted, unquote(request.cookies.get("focus", "")), focuses.default, *usable)
    return Places(cards, next(name for name in candidates if name in usable), focuses.unmeant)


def listed(names: Sequence[str]) -> str:
    """a, b and c."""
    return t("{some} and {last}", some=", ".join(names[:-1]), last=names[-1]) if len(names) > 1 else names[0]
