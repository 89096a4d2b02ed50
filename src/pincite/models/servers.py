"""Which model servers are there: the presets, and those that the settings name?"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from ipaddress import ip_address
from typing import Any, Literal

import httpx

from pincite.models.call import Endpoint
from pincite.settings import EndpointSettings, ModelSettings

NONE: Mapping[str, EndpointSettings] = {}
Price = Literal["free", "low", "middle", "high"]


@dataclass(frozen=True)
class Server:
    """A model server as it is set up, whether it can be used or not."""

    name: str
    label: str
    base_url: str
    dialect: Literal["openai", "anthropic"]
    key_env: str
    runs_on: Literal["this machine", "vendor"]
    context_tokens: int
    models: Mapping[str, Price] = field(default_factory=dict)
    """Names known beforehand. ``closed``: there are no others."""
    closed: bool = False

    def endpoint(self, env: Mapping[str, str]) -> Endpoint:
        return Endpoint(self.name, self.base_url, env.get(self.key_env, "").strip(), self.key_env)

    def locked(self, env: Mapping[str, str]) -> str:
        """Why it can't be used, as far as that shows without asking it; else empty."""
        if self.key_env and not env.get(self.key_env, "").strip():
            return f"no key: set {self.key_env}"
        if self.key_env and not env[self.key_env].strip().isascii():
            return f"the key in {self.key_env} is no key: it has characters that no key has"
        return unsound(self.base_url)


def unsound(base_url: str) -> str:
    """Why no server can be at ``base_url``; empty if one can."""
    try:
        url = httpx.URL(base_url)
    except httpx.InvalidURL:
        return f"base_url {base_url!r} is no address"
    if url.scheme not in ("http", "https") or not url.host:
        return f"base_url {base_url!r} is no http address"
    return "base_url holds a password: put it into a variable and name that in key_env" if url.userinfo else ""


def servers(settings: ModelSettings, added: Mapping[str, EndpointSettings] = NONE) -> dict[str, Server]:
    """By name; one of the settings replaces one that was ``added``, and either a preset of the same name."""
    own = {name: _own(name, endpoint) for name, endpoint in {**added, **settings.endpoints}.items()}
    return {**own, **{name: server for name, server in presets().items() if name not in own}}


@lru_cache
def presets() -> Mapping[str, Server]:
    """The rows of presets.toml."""
    rows = tomllib.loads(files(__package__).joinpath("presets.toml").read_text(encoding="utf-8"))
    return {name: _preset(name, row) for name, row in rows.items()}


def _preset(name: str, row: Mapping[str, Any]) -> Server:
    return Server(
        name=name,
        label=row["label"],
        base_url=row["base_url"],
        dialect=row.get("dialect", "openai"),
        key_env=row.get("key_env", ""),
        runs_on=row.get("runs_on", "vendor"),
        context_tokens=row["context_tokens"],
        models={model["name"]: model["price"] for model in row.get("models", [])},
    )


def _own(name: str, settings: EndpointSettings) -> Server:
    here = _is_here(settings.base_url)
    return Server(
        name=name,
        label=name,
        base_url=settings.base_url,
        dialect=settings.dialect,
        key_env=settings.key_env,
        runs_on="this machine" if here else "vendor",
        context_tokens=8192,
        models=dict.fromkeys(settings.models, "free" if here else "middle"),
        closed=bool(settings.models),
    )


def _is_here(url: str) -> bool:
    try:
        host = httpx.URL(url).host
        return host == "localhost" or ip_address(host).is_loopback
    except (httpx.InvalidURL, ValueError):
        return False
