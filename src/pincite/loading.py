"""Who set what can be set? Defaults < pincite.toml < PINCITE_* < flags, and for each value where it came from.

No other module reads the environment. In variables, ``__`` separates levels: ``PINCITE_SERVER__PORT=9000``.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from pincite.errors import BadSettings
from pincite.settings import DatabaseSettings, EndpointSettings, OidcSettings, PlanSettings, ProviderSettings, Settings

PREFIX = "PINCITE_"
NOT_SETTINGS = {
    "PINCITE_CONFIG",
    "PINCITE_TOKEN",
    "PINCITE_SHARED_DATA",
    "PINCITE_EVAL_CACHE",
    "PINCITE_CAMPAIGN",
}
"""Variables with our prefix that mean something else: a file, a secret, where tests and evaluations find things."""
_SERVICE = re.compile(
    r"(?:_[A-Z0-9]+)*_(?:SERVICE_(?:HOST|PORT(?:_\w+)?)=|PORT(?:_\d+_\w+)?=(?:tcp|udp|sctp)://|PORT_\d+_)"
)
"""What Kubernetes tells every container of a service that is called pincite, after the prefix's own word."""


@dataclass(frozen=True)
class Loaded:
    """Settings, and for each dotted name that was set, where its value came from."""

    settings: Settings
    origins: dict[str, str]


def load(
    flags: Mapping[str, Any] | None = None, file: Path | None = None, env: Mapping[str, str] = os.environ
) -> Loaded:
    """Settings from all four places. ``flags`` maps dotted names to values; ``None`` values are not set.

    ``file`` is a TOML file that must exist; without it ``./pincite.toml`` is taken if there is one.
    Raises ``BadSettings`` that names the setting, its value, where it came from, and the nearest right name.
    """
    tree: dict[str, Any] = {}
    origins: dict[str, str] = {}
    given = (*_from_file(file, env), *_from_env(env), *_from_flags(flags or {}))
    secrets = {value for _, name, value in given if name.endswith("_env") and isinstance(value, str)}
    for origin, name, value in given:
        if origin in secrets:  # a variable of ours by its prefix, which a setting names as holding a secret
            continue
        _put(tree, name.split("."), value)
        origins[name] = origin
    try:
        return Loaded(Settings.model_validate(tree), origins)
    except ValidationError as error:
        raise _explain(error, origins) from None


def changed(settings: Settings, flags: Mapping[str, Any]) -> Settings:
    """The same tree with these dotted names set anew. Raises ``BadSettings`` as ``load`` does."""
    tree = settings.model_dump()
    for name, value in flags.items():
        _put(tree, name.split("."), value)
    try:
        return Settings.model_validate(tree)
    except ValidationError as error:
        raise _explain(error, dict.fromkeys(flags, "a flag")) from None


def _from_file(file: Path | None, env: Mapping[str, str]) -> list[tuple[str, str, Any]]:
    chosen = file or (Path(env["PINCITE_CONFIG"]) if "PINCITE_CONFIG" in env else None)
    path = chosen or Path("pincite.toml")
    if chosen is None and not path.is_file():
        return []
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadSettings(f"{path} can't be read: {error.strerror}", hint="check --config and PINCITE_CONFIG") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSettings(f"{path} is not TOML: {error}", hint="see docs/settings.md for an example") from None
    return [(str(path), name, value) for name, value in _leaves(tree)]


def _leaves(tree: Mapping[str, Any], above: str = "") -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for key, value in tree.items():
        name = f"{above}{key}"
        found += _leaves(value, f"{name}.") if isinstance(value, dict) else [(name, value)]
    return found


def _from_env(env: Mapping[str, str]) -> list[tuple[str, str, Any]]:
    return [
        (name, name[len(PREFIX) :].lower().replace("__", "."), value)
        for name, value in env.items()
        if name.startswith(PREFIX)
        and name not in NOT_SETTINGS
        and not _SERVICE.match(f"{name.removeprefix('PINCITE')}={value}")
    ]


def _from_flags(flags: Mapping[str, Any]) -> list[tuple[str, str, Any]]:
    return [("flag", name, value) for name, value in flags.items() if value is not None]


def _put(tree: dict[str, Any], path: list[str], value: Any) -> None:
    *above, last = path
    for key in above:
        branch = tree.setdefault(key, {})
        if not isinstance(branch, dict):
            raise BadSettings(f"{'.'.join(path)} can't be set: {key} is not a section")
        tree = branch
    tree[last] = value


def names() -> list[str]:
    """Every dotted name that can be set; ``*`` stands for a name of the user's choice."""
    return [name for name, _ in described()]


def described() -> list[tuple[str, str]]:
    """Every dotted name that can be set, and what it is for."""
    return list(_fields(Settings, ""))


_NAMED: Mapping[str, type[BaseModel]] = {
    "endpoints": EndpointSettings,
    "services": ProviderSettings,
    "plans": PlanSettings,
    "oidc": OidcSettings,
    "databases": DatabaseSettings,
}
"""Fields that hold sections by names of the user's choice."""


def _fields(section: type[BaseModel], above: str) -> Iterator[tuple[str, str]]:
    for name, info in section.model_fields.items():
        kind = info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from _fields(kind, f"{above}{name}.")
        elif name in _NAMED:
            yield from _fields(_NAMED[name], f"{above}{name}.*.")
        else:
            yield f"{above}{name}", info.description or ""


def _explain(error: ValidationError, origins: Mapping[str, str]) -> BadSettings:
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"])
    origin = next((where for key, where in origins.items() if key == name or key.startswith(f"{name}.")), "its default")
    if first["type"] == "extra_forbidden":
        near = difflib.get_close_matches(name, names(), n=1, cutoff=0.4)
        hint = f"did you mean {near[0]}?" if near else "docs/settings.md lists them all"
        return BadSettings(f"there is no setting {name!r} (from {origin})", hint=hint)
    return BadSettings(
        f"{name} = {first.get('input')!r} (from {origin}): {first['msg'].lower()}",
        hint="docs/settings.md says what it is and what it may be",
    )
