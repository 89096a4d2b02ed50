"""In which language does the page speak? English is written where it is used; a catalogue has it in other languages.

``t("Ask a question")`` says it in the language of the request. A catalogue is one file of ``locales/``: the English
text, and what it is there. Its sections: ``page`` for templates and Python, ``script`` for what scripts say, ``count``
for counted words, ``said`` for what other rooms say. ``tests/web/test_words.py`` keeps code and catalogues the same.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from contextvars import ContextVar
from functools import cache
from itertools import chain, zip_longest
from pathlib import Path

from markupsafe import Markup, escape
from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Receive, Scope, Send

from pincite.text.many import many

LOCALES = Path(__file__).parent / "locales"
LANGUAGES = {"en": "English", "zh-Hans": "简体中文"}
"""The languages to choose from, each by its own name."""
PSEUDO = "en-XA"
"""A language for tests and translators: each text in brackets and accents, so that what is not translated is seen."""
_PLACE = re.compile(r"\{[^}]*\}")
_ACCENTS = str.maketrans("aceinosuyACEINOSUY", "áçéîñöšûýÁÇÉÎÑÖŠÛÝ")

_language: ContextVar[str] = ContextVar("language", default="en")


def language() -> str:
    """The language of this request; English where there is none."""
    return _language.get()


@cache
def catalogue(name: str) -> Mapping[str, Mapping[str, str]]:
    """A language's texts by section; English has none, it is its own catalogue."""
    path = LOCALES / f"{name}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if name in LANGUAGES and path.exists() else {}


def t(text: str, **values: object) -> str:
    """``text`` in the language of this request, with ``values`` for its ``{placeholders}``.

    What no catalogue has stays English. It is text, to be escaped as text is, unless a value is markup.
    """
    said = _said(text)
    if any(isinstance(value, Markup) for value in values.values()):
        return Markup(escape(said)).format(**values)  # noqa: S704 -- escaped here, values by ``format``
    return said.format(**values) if values else said


def count(number: int, word: str) -> str:
    """1 source, 1,024 sources. ``word`` is the English singular."""
    known = catalogue(language()).get("count", {}).get(word)
    if known is not None:
        return known.format(n=f"{number:,}")
    return _pseudo(many(number, word))


def heard(text: str) -> str:
    """What another room said, in the language of this request. In a catalogue it stands as it is written there, with
    its ``{places}``; it may be several sentences, and so may be what stands in a place."""
    said = _said(text)
    if said != text or language() not in LANGUAGES:
        return said
    for pattern, there in _patterns(language()):
        if found := pattern.fullmatch(text):
            return "".join(
                chain.from_iterable(zip_longest(_PLACE.split(there), map(heard, found.groups()), fillvalue=""))
            )
    parts = text.split("; ")
    return t("{first}; {then}", first=heard(parts[0]), then=heard("; ".join(parts[1:]))) if len(parts) > 1 else text


@cache
def _patterns(name: str) -> list[tuple[re.Pattern[str], str]]:
    """Texts with places, each with what it is in that language: there the places come in the same order."""
    said = catalogue(name).get("said", {}).items()
    texts = [(_PLACE.split(text), there) for text, there in said if "{" in text]
    return [(re.compile("(.+?)".join(map(re.escape, pieces)), re.DOTALL), there) for pieces, there in texts]


def size(number: int) -> str:
    """98 bytes, 1.2 kB, 34 MB: as exact as a reader wants it."""
    if number < 1000:
        return count(number, "byte")
    value, unit = (number / 1e3, "kB") if number < 999_500 else (number / 1e6, "MB")
    return f"{value:.{1 if value < 9.95 else 0}f} {unit}"


def script_texts() -> dict[str, str]:
    """What scripts say, in the language of this request; nothing where that is English."""
    if language() == "en":
        return {}
    return {text: _said(text) for text in catalogue("zh-Hans")["script"]}


def _said(text: str) -> str:
    sections = catalogue(language())
    return next((sections[one][text] for one in ("page", "script", "said") if text in sections.get(one, ())), "") or (
        _pseudo(text)
    )


def _pseudo(text: str) -> str:
    if language() != PSEUDO:
        return text
    pieces = text.replace("{", "\0{").replace("}", "}\0").split("\0")
    return f"[{''.join(one if one.startswith('{') else one.translate(_ACCENTS) for one in pieces)}]"


def chosen(headers: Headers) -> str:
    """The cookie's language, or the first that the browser asks for and that is here."""
    cookie = cookie_parser(headers.get("cookie", "")).get("language", "")
    if cookie in LANGUAGES or cookie == PSEUDO:
        return cookie
    return next(filter(None, map(_spoken, _asked(headers.get("accept-language", "")))), "en")


def _asked(accept: str) -> list[str]:
    """The tags of an Accept-Language header, lower-cased, best first."""
    weighed = []
    for item in accept[:500].lower().split(","):
        tag, _, weight = item.strip().partition(";q=")
        try:
            weighed.append((-float(weight or 1), tag))
        except ValueError:
            continue
    return [tag for _, tag in sorted(weighed, key=lambda one: one[0])]


def _spoken(tag: str) -> str:
    """The language here for a tag; empty if there is none. Who reads traditional characters is not given simplified."""
    if tag in {"zh", "zh-cn", "zh-sg", "zh-my"} or tag.startswith("zh-hans"):
        return "zh-Hans"
    return "en" if tag.partition("-")[0] == "en" else ""


class Speaks:
    """ASGI middleware: sets the language of the request."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            _language.set(chosen(Headers(scope=scope)))
        await self.app(scope, receive, send)
