"""What can be set, and who set it? One typed tree; defaults < pincite.toml < PINCITE_* < flags.

Made once by a door and handed down; no other module reads the environment. Units live in names. Secrets are
settings' names of environment variables (``key_env``), never values. In variables, ``__`` separates levels:
``PINCITE_SERVER__PORT=9000``.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from platformdirs import user_data_path
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from pincite.errors import BadSettings

PREFIX = "PINCITE_"
NOT_SETTINGS = {
    "PINCITE_CONFIG",
    "PINCITE_TOKEN",
    "PINCITE_SHARED_DATA",
    "PINCITE_EVAL_CACHE",
    "PINCITE_CAMPAIGN",
    "PINCITE_CHROMIUM",
}
"""Variables with our prefix that mean something else: a file, a secret, where tests and evaluations find things."""


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class IndexSettings(_Section):
    """How documents become passages and vectors."""

    passage_words: int = Field(120, ge=20, le=400, description="Words a passage aims at; sentences are never cut.")
    max_file_mb: float = Field(64, gt=0, description="Larger files are refused with a clear error.")
    commit_every: int = Field(256, ge=1, description="Documents a commit; a commit is what kill -9 can't take back.")
    embed_threads: int = Field(1, ge=1, le=64, description="Threads that turn passages into vectors.")


class SearchSettings(_Section):
    """How passages are found."""

    candidates: int = Field(100, ge=10, le=1000, description="Hits that text and vectors each bring to the fusion.")
    hits: int = Field(20, ge=1, le=100, description="Hits that go on to the answer.")
    dense_weight: float | None = Field(
        None, ge=0, le=1, description="Share of the vectors in the fused score; none: as far as they know the question."
    )
    deadline_s: float = Field(0.9, gt=0, description="A backend that is later than this is left out.")

    @field_validator("dense_weight", mode="before")
    @classmethod
    def _from_nothing(cls, value: object) -> object:
        """Variables and TOML have no word for none; an empty string is what ``pincite settings`` shows for it."""
        return None if value == "" else value


class AnswerSettings(_Section):
    """How an answer is written."""

    deadline_s: float = Field(60, gt=0, description="The whole answer; what is there by then is the answer.")
    first_token_s: float = Field(15, gt=0, description="Silence allowed before a model's first token.")
    between_tokens_s: float = Field(5, gt=0, description="Silence allowed between two tokens.")
    max_words: int = Field(120, ge=20, le=1000, description="Longest answer written without a model.")
    max_tokens: int = Field(900, ge=50, description="Longest answer a model may write.")
    sources: int = Field(8, ge=1, le=20, description="Passages shown to a model.")


class EndpointSettings(_Section):
    """A server that speaks a model API."""

    base_url: str = Field(description="Such as http://127.0.0.1:11434/v1.")
    dialect: Literal["openai", "anthropic"] = Field("openai", description="Which API it speaks.")
    key_env: str = Field("", description="Name of the environment variable that holds its key; empty: no key.")
    models: tuple[str, ...] = Field((), description="Model names, with commas between; empty: ask the server.")

    @field_validator("models", mode="before")
    @classmethod
    def _from_words(cls, value: object) -> object:
        """A variable or a flag is one string."""
        return tuple(filter(None, map(str.strip, value.split(",")))) if isinstance(value, str) else value


class ModelSettings(_Section):
    """Who writes. With no default, answers are extracted."""

    default: str | None = Field(None, description="endpoint:model, such as ollama:qwen3; none: no model.")
    endpoints: dict[str, EndpointSettings] = Field({}, description="Model servers by name, beside the presets.")


class LibrarySettings(_Section):
    """Where threads and answers are kept."""

    url: str = Field("", description="SQLAlchemy URL; empty: SQLite in data_dir. postgresql://… for PostgreSQL.")


class ServerSettings(_Section):
    """The HTTP server."""

    host: str = Field("127.0.0.1", description="Anything but loopback needs an access token.")
    port: int = Field(8765, ge=0, le=65535, description="0 picks a free one.")
    token_env: str = Field("PINCITE_TOKEN", description="Name of the environment variable with the access token.")
    base_url: str = Field("", description="How others reach it, such as https://ask.example.org/pincite.")
    max_streams: int = Field(400, ge=1, description="Open event streams; more are told to come back.")


class Settings(_Section):
    """The whole tree."""

    data_dir: Path = Field(default_factory=lambda: user_data_path("pincite"), description="Everything kept is here.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="How much is logged.")
    index: IndexSettings = IndexSettings()
    search: SearchSettings = SearchSettings()
    answer: AnswerSettings = AnswerSettings()
    models: ModelSettings = ModelSettings()
    library: LibrarySettings = LibrarySettings()
    server: ServerSettings = ServerSettings()

    @property
    def library_url(self) -> str:
        return self.library.url or f"sqlite:///{self.data_dir / 'library.sqlite3'}"

    @property
    def index_dir(self) -> Path:
        return self.data_dir / "index"


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
    for origin, name, value in (*_from_file(file, env), *_from_env(env), *_from_flags(flags or {})):
        _put(tree, name.split("."), value)
        origins[name] = origin
    try:
        return Loaded(Settings.model_validate(tree), origins)
    except ValidationError as error:
        raise _explain(error, origins) from None


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
    others = {*NOT_SETTINGS, env.get("PINCITE_SERVER__TOKEN_ENV")}
    return [
        (name, name[len(PREFIX) :].lower().replace("__", "."), value)
        for name, value in env.items()
        if name.startswith(PREFIX) and name not in others
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


def _fields(section: type[BaseModel], above: str) -> Iterator[tuple[str, str]]:
    for name, info in section.model_fields.items():
        kind = info.annotation
        if isinstance(kind, type) and issubclass(kind, _Section):
            yield from _fields(kind, f"{above}{name}.")
        elif name == "endpoints":
            yield from _fields(EndpointSettings, f"{above}{name}.*.")
        else:
            yield f"{above}{name}", info.description or ""


def _explain(error: ValidationError, origins: Mapping[str, str]) -> BadSettings:
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"])
    origin = next((where for key, where in origins.items() if key == name or key.startswith(f"{name}.")), "a flag")
    if first["type"] == "extra_forbidden":
        near = difflib.get_close_matches(name, names(), n=1, cutoff=0.4)
        hint = f"did you mean {near[0]}?" if near else "pincite settings lists them all"
        return BadSettings(f"there is no setting {name!r} (from {origin})", hint=hint)
    return BadSettings(
        f"{name} = {first.get('input')!r} (from {origin}): {first['msg'].lower()}",
        hint="pincite settings shows every setting, its value and where it came from",
    )
