"""What can be set? One typed tree with defaults; ``loading`` says who set what.

Made once by a door and handed down. Units live in names. Secrets are settings' names of environment variables
(``key_env``), never values.
"""

from __future__ import annotations

import errno
import re
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from platformdirs import user_data_path
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator

from pincite.errors import BadSettings


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _words(value: object) -> object:
    """A variable or a flag is one string, with commas between the words."""
    return tuple(filter(None, map(str.strip, value.split(",")))) if isinstance(value, str) else value


_SPLIT = BeforeValidator(_words)
Words = Annotated[tuple[str, ...], _SPLIT]


class IndexSettings(_Section):
    """How documents become passages and vectors."""

    passage_words: int = Field(120, ge=20, le=400, description="Words a passage aims at; sentences are never cut.")
    max_file_mb: float = Field(64, gt=0, description="Larger files are refused with a clear error.")
    commit_every: int = Field(256, ge=1, description="Documents a commit; a commit is what kill -9 can't take back.")
    embed_threads: int = Field(1, ge=1, le=64, description="Threads that turn passages into vectors.")
    trusted_sites: Words = Field(
        (), description="Sites whose links give rank, with commas between; empty: those of every document."
    )


class SearchSettings(_Section):
    """How passages are found."""

    hits: int = Field(20, ge=1, le=100, description="Hits that go on to the answer.")
    dense_weight: float | None = Field(
        None, ge=0, le=1, description="Share of the vectors in the fused score; none: as far as they know the question."
    )
    deadline_s: float = Field(0.9, gt=0, description="A backend that is later than this is left out.")
    focus: str = Field(
        "", description="Where to look unless a question says so; empty: all if web.providers names any, else index."
    )

    @field_validator("dense_weight", mode="before")
    @classmethod
    def _from_nothing(cls, value: object) -> object:
        """Variables and TOML have no word for none; an empty string is what ``pincite settings`` shows for it."""
        return None if value == "" else value


class RankSettings(_Section):
    """Which of the passages found come first."""

    policy: str = Field("", description="File of rules for sources; empty: policy.toml in data_dir, if there is one.")
    learned: str = Field("", description="File of a learned ranker; empty: ranker.txt in data_dir, if there is one.")
    cross_encoder: str = Field("", description="Folder of a cross-encoder; empty: cross in data_dir, if there is one.")
    read_s: float = Field(0.25, gt=0, description="Time that a cross-encoder has to reread the best hits.")
    read_with_model_s: float = Field(0.06, gt=0, description="The same where a model then writes and waits for it.")


class AnswerSettings(_Section):
    """How an answer is written."""

    deadline_s: float = Field(60, gt=0, description="The whole answer; what is there by then is the answer.")
    first_token_s: float = Field(15, gt=0, description="Silence allowed before a model's first token.")
    between_tokens_s: float = Field(5, gt=0, description="Silence allowed between two tokens.")
    max_words: int = Field(120, ge=20, le=1000, description="Longest answer written without a model.")
    max_tokens: int = Field(900, ge=50, description="Longest answer a model may write.")
    sources: int = Field(8, ge=1, le=20, description="Passages shown to a model.")
    whole_tokens: int = Field(
        12_000, ge=0, description="Files of up to so many tokens together are shown to a model whole; 0: never."
    )
    strict: bool = Field(False, description="Sentences that no source supports are left out, and it is said so.")
    read_s: float = Field(
        0.4, gt=0, description="Time that a reader has to find the short answer in the best passages."
    )
    check: Literal["words", "meaning"] = Field(
        "words", description="How a model's sentences are checked: by words, or by words and meaning."
    )
    check_s: float = Field(
        0.25, gt=0, description="Time that a check by meaning has for a sentence; words alone decide after it."
    )
    research_s: float = Field(45, gt=0, description="The whole answer in copilot mode; 0.6 of it is for searching.")
    research_searches: int = Field(12, ge=1, le=100, description="Searches that a question in copilot mode may make.")
    research_calls: int = Field(6, ge=1, le=20, description="Calls of models for it, those that write among them.")
    research_sources: int = Field(16, ge=1, le=40, description="Passages that become its sources.")
    second_s: float = Field(
        1.5, ge=0, description="Time after the text's end for what models.checker still has to say of its sentences."
    )
    clarify_s: float = Field(
        1.0, ge=0, description="Time to find out whether asking back is worth it, in copilot mode; 0: never ask back."
    )


class EndpointSettings(_Section):
    """A server that speaks a model API."""

    base_url: str = Field(description="Such as http://127.0.0.1:11434/v1.")
    dialect: Literal["openai", "anthropic"] = Field("openai", description="Which API it speaks.")
    key_env: str = Field("", description="Name of the environment variable that holds its key; empty: no key.")
    models: Words = Field((), description="Model names, with commas between; empty: ask the server.")


class ModelSettings(_Section):
    """Which model has which part. With no default, answers are extracted."""

    default: str | None = Field(None, description="Who writes: endpoint:model, such as ollama:qwen3; none: no model.")
    planner: str = Field("", description="Who plans and asks, by the same kind of name; empty: whoever writes.")
    checker: str = Field("", description="Who reads sentences again that words can't decide; empty: nobody.")
    first: str = Field("", description="Who writes first, to save; models.default where that is not good enough.")
    first_sentences: int = Field(
        2, ge=1, le=10, description="So many checked sentences of models.first are judged before any is shown."
    )
    first_supported: float = Field(
        0.5, ge=0, le=1, description="Share of them that their sources must support; below it models.default writes."
    )
    first_s: float = Field(4, gt=0, description="Time for these sentences; what is there after it is judged.")
    prices: Words = Field(
        (), description="MODEL=IN/OUT, US dollars for a million tokens read and written, with commas between."
    )
    endpoints: dict[str, EndpointSettings] = Field({}, description="Model servers by name, beside the presets.")

    @field_validator("prices")
    @classmethod
    def _are_prices(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for price in value:
            if not re.fullmatch(r"[^=\s]+:[^=\s]+=\d+(\.\d+)?/\d+(\.\d+)?", price):
                raise ValueError(f"{price!r} is no price; write it as office:big=2/8")
        return value

    @property
    def dollars(self) -> dict[str, tuple[float, float]]:
        """Prices by model: US dollars for a million tokens, read and written."""
        found: dict[str, tuple[float, float]] = {}
        for price in self.prices:
            name, _, numbers = price.rpartition("=")
            read, _, written = numbers.partition("/")
            found[name] = (float(read), float(written))
        return found


class LibrarySettings(_Section):
    """Where threads and answers are kept."""

    url: str = Field("", description="SQLAlchemy URL; empty: SQLite in data_dir. postgresql://… for PostgreSQL.")
    traces: bool = Field(
        False, description="Traces of whoever gives leave can be exported, to train a planner. See docs/traces.md."
    )


class ServerSettings(_Section):
    """The HTTP server."""

    host: str = Field("127.0.0.1", description="Anything but loopback needs an access token.")
    port: int = Field(8765, ge=0, le=65535, description="0 picks a free one.")
    token_env: str = Field("PINCITE_TOKEN", description="Name of the environment variable with the access token.")
    base_url: str = Field("", description="How others reach it, such as https://ask.example.org/pincite.")
    max_streams: int = Field(400, ge=1, description="Open event streams; more are told to come back.")
    public: bool = Field(False, description="For several people: everybody signs in. See docs/access.md.")
    origins: Words = Field(
        (), description="Origins whose pages may use the API, with commas between; *: any, by token. See docs/api.md."
    )

    @field_validator("origins")
    @classmethod
    def _are_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for origin in value:
            if origin != "*" and not re.fullmatch(r"[a-z][a-z0-9+.-]*://[^/\s?#@A-Z]+", origin):
                raise ValueError(f"{origin!r} is no origin; write it as browsers do, such as https://app.example.org")
            if re.fullmatch(r"https://.*:443|http://.*:80", origin):
                raise ValueError(f"browsers leave the usual port out: {origin.rpartition(':')[0]!r}")
        return value

    @field_validator("base_url")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        """Every link of the page begins with its path; a host without a scheme would be taken for one."""
        parts = urlsplit(value)
        if value and not (parts.scheme in {"http", "https"} and parts.hostname and not parts.query + parts.fragment):
            raise ValueError("It is an address with http:// or https:// before it, such as https://ask.example.org")
        return value


class PlanSettings(_Section):
    """What a person on a plan may use. 0 means: no limit."""

    models: Words = Field(("*",), description="Models that may write, with commas between; * stands for any.")
    questions_per_day: int = Field(0, ge=0, description="Questions a day (UTC); 0: no limit.")
    copilot_per_day: int = Field(0, ge=0, description="Questions in copilot mode a day (UTC); 0: no limit.")
    max_upload_mb: float = Field(
        0, ge=0, description="Largest file that may be handed in; 0: no limit but index.max_file_mb."
    )


class OidcSettings(_Section):
    """An identity provider, which speaks OpenID Connect, at which people sign in."""

    issuer: str = Field(description="Its address as its ID tokens name it, such as https://id.example.org/realms/team.")
    client_id: str = Field(min_length=1, description="By what name this server is known there.")
    secret_env: str = Field("", description="Name of the environment variable with the client's secret; empty: none.")
    label: str = Field("", description="What its button says it is; empty: its name here.")
    domains: tuple[str, ...] = Field(
        (), description="Domains whose people get an account, with commas between; *: any; empty: only who is invited."
    )
    role: Literal["member", "guest"] = Field("member", description="What such a person is here.")
    trust_addresses: bool = Field(
        False, description="Addresses count as verified although it does not say so; only for one that you run."
    )

    @field_validator("domains", mode="before")
    @classmethod
    def _from_words(cls, value: object) -> object:
        words = _words(value)
        return tuple(str(word).lower().lstrip("@") for word in words) if isinstance(words, list | tuple) else words

    @field_validator("issuer")
    @classmethod
    def _is_sound(cls, value: str) -> str:
        """Over TLS, or on this machine: whoever stands between could sign in as anybody."""
        parts = urlsplit(value)
        here = parts.hostname in {"localhost", "127.0.0.1", "::1"}
        if not (parts.scheme == "https" or (parts.scheme == "http" and here)) or not parts.hostname:
            raise ValueError("An issuer is an https address; http only on this machine")
        if parts.query or parts.fragment or parts.username is not None:
            raise ValueError("An issuer has no query, no fragment and no user's name")
        return value


class PeopleSettings(_Section):
    """Accounts, on a server that is public."""

    idle_days: float = Field(7, gt=0, description="A browser that was not seen for so long signs in again.")
    session_days: float = Field(30, gt=0, description="Every browser signs in again after so long.")
    per_minute: int = Field(300, ge=1, description="Requests a minute, for each person and for each API key.")
    plans: dict[str, PlanSettings] = Field({}, description="Plans by name; where there are none, nobody has limits.")
    plan: str = Field("free", description="The plan of a new person.", validate_default=True)
    oidc: dict[Annotated[str, Field(pattern="^[a-z0-9-]{1,40}$")], OidcSettings] = Field(
        {}, description="Identity providers by name."
    )

    @field_validator("plan")
    @classmethod
    def _is_a_plan(cls, value: str, info: ValidationInfo) -> str:
        """A name that is misspelt would mean no limits."""
        plans = info.data.get("plans")
        if plans and value not in plans:
            raise ValueError(f"There is no such plan among people.plans, which are: {', '.join(plans)}")
        return value


class FetchSettings(_Section):
    """How anything is got from the web."""

    contact: str = Field("", description="How site owners reach you, an address or a URL; sent with every request.")
    allow_private: Words = Field(
        (), description="Networks and hosts that may be fetched although they are private, with commas between."
    )
    ports: Annotated[tuple[int, ...], _SPLIT] = Field(
        (80, 443), description="Ports of public hosts that may be connected to."
    )
    max_mb: float = Field(5, gt=0, description="Larger pages are refused; measured after unpacking.")
    max_redirects: int = Field(5, ge=0, le=20, description="Redirects followed.")
    connect_s: float = Field(5, gt=0, description="Time allowed for a connection.")
    first_byte_s: float = Field(10, gt=0, description="Silence allowed before the answer begins.")
    total_s: float = Field(30, gt=0, description="Time allowed for a whole page, redirects included.")


class ProviderSettings(_Section):
    """A search service, where it differs from what is usual for it. 0 and empty mean: as usual."""

    base_url: str = Field("", description="Where it is, such as http://127.0.0.1:8080 for your own SearXNG.")
    key_env: str = Field("", description="Name of the environment variable that holds its key.")
    engine: str = Field("", description="Google's search engine id (cx).")
    per_minute: int = Field(0, ge=0, description="Requests a minute at the most.")
    per_day: int = Field(0, ge=0, description="Requests a day (UTC) at the most, kept across restarts.")


class WebSettings(_Section):
    """Live search. Nothing is asked before somebody picks a focus that leaves this machine, or names a provider."""

    providers: Words = Field(
        (), description="Who searches the web, with commas between; empty: those with a key, else duckduckgo."
    )
    deadline_s: float = Field(4, ge=0.2, description="The whole search, pages included; late ones are left out.")
    pages: int = Field(8, ge=1, le=30, description="Pages read for one question.")
    per_host: int = Field(2, ge=1, le=10, description="Pages of one host among them.")
    country: str = Field("", pattern="^([A-Za-z]{2})?$", description="ISO 3166 code that results are for, such as de.")
    keep: bool = Field(False, description="Keep pages that were read in the index, collection web.")
    cache: bool = Field(True, description="Keep what providers said for minutes to a day, to ask them less often.")
    sites: dict[str, tuple[str, ...]] = Field({}, description="Hosts that a focus is kept to, by its name.")
    services: dict[str, ProviderSettings] = Field({}, description="Search services by name.")

    @field_validator("sites", mode="before")
    @classmethod
    def _lists_from_words(cls, value: object) -> object:
        return {name: _words(hosts) for name, hosts in value.items()} if isinstance(value, dict) else value


class DatabaseSettings(_Section):
    """A database that may be asked in plain words. It is opened for reading only."""

    url: str = Field(
        description="SQLAlchemy URL, such as sqlite:///shop.db or postgresql://reader@db.example.org/shop."
    )
    key_env: str = Field("", description="Name of the environment variable that holds its password.")
    label: str = Field("", description="What people call it; empty: its name here.")
    description: str = Field("", description="What is in it, in a few words; a picker shows it.")
    tables: Words = Field((), description="Tables that may be asked, with commas between; empty: all.")
    hidden: Words = Field(
        (), description="Columns that nobody gets to see, as table.column or *.column, with commas between."
    )
    layer: str = Field("", description="TOML file that tells what its tables and columns mean. See docs/databases.md.")
    roles: Annotated[tuple[Literal["owner", "admin", "member", "guest"], ...], _SPLIT] = Field(
        ("owner", "admin", "member"), description="Who may ask it on a server for several people, with commas between."
    )
    rows: int = Field(200, ge=1, le=10_000, description="Rows shown of one answer.")
    deadline_s: float = Field(10, gt=0, le=600, description="Time for one query; it is broken off after that.")


class CrawlSettings(_Section):
    """How sites are walked through."""

    delay_s: float = Field(1.0, ge=0, description="Least time between two requests to one host.")
    connections: int = Field(64, ge=1, le=1000, description="Hosts that are asked at the same time.")
    processes: int = Field(1, ge=0, le=64, description="Processes that read pages; 0: this one.")
    host_pages: int = Field(20_000, ge=1, description="Addresses kept of one host; more is a trap.")
    chromium: bool = Field(False, description="Pages with scripts are run in Chromium before they are read.")
    chromium_path: str = Field("", description="Chromium's program; empty: it is looked for.")
    render_s: float = Field(10, gt=0, le=120, description="Time allowed for one page's scripts.")


ECB_RATES = "https://www.ecb.europa.eu/stats/eurofxref/eurofxref-daily.xml"


class WidgetSettings(_Section):
    """What a question's widget may look up. A service that is late or fails costs the card, and nothing else."""

    rates: str = Field(
        ECB_RATES, description="Address of the European Central Bank's daily rates, or of a copy; empty: no currencies."
    )
    weather: str = Field(
        "", description="Server that speaks Open-Meteo's API, such as https://api.open-meteo.com; empty: no weather."
    )
    deadline_s: float = Field(1.5, ge=0.1, le=60, description="A service that is later than this is left out.")


class FilesSettings(_Section):
    """What reading one PDF, office file, e-mail or picture may take; each is read by a process of its own."""

    memory_mb: float = Field(512, ge=128, description="Memory of the process that reads a file.")
    cpu_s: float = Field(20, ge=1, description="Processor time for one file.")
    deadline_s: float = Field(30, ge=1, description="Time for one file, whatever else the machine does.")
    max_text_mb: float = Field(10, gt=0, description="Millions of characters of text taken from one file.")
    ocr_s: float = Field(120, ge=0, description="Time for the pictures of one file, beside deadline_s.")
    ocr_languages: str = Field(
        "eng", pattern=r"^[A-Za-z_+]+$", description="Of text in pictures, in tesseract's names."
    )


class Settings(_Section):
    """The whole tree."""

    data_dir: Path = Field(default_factory=lambda: user_data_path("pincite"), description="Everything kept is here.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="How much is logged.")
    index: IndexSettings = IndexSettings()
    search: SearchSettings = SearchSettings()
    rank: RankSettings = RankSettings()
    answer: AnswerSettings = AnswerSettings()
    models: ModelSettings = ModelSettings()
    library: LibrarySettings = LibrarySettings()
    server: ServerSettings = ServerSettings()
    people: PeopleSettings = PeopleSettings()
    fetch: FetchSettings = FetchSettings()
    crawl: CrawlSettings = CrawlSettings()
    web: WebSettings = WebSettings()
    widgets: WidgetSettings = WidgetSettings()
    files: FilesSettings = FilesSettings()
    databases: dict[Annotated[str, Field(pattern="^[a-z][a-z0-9_-]{0,39}$")], DatabaseSettings] = Field(
        {}, description="Databases by name; the name is also their focus."
    )

    def made(self) -> Self:
        """These, with ``data_dir`` made where there is none, for this user alone: in it is what people asked and read.

        Raises ``BadSettings`` where that can't be.
        """
        try:
            self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise
            why = "it is a file" if self.data_dir.is_file() else f"it can't be made ({error.strerror})"
            raise BadSettings(
                f"--data-dir {self.data_dir}: {why}",
                hint="name a folder of your own: --data-dir DIR, or data_dir in the settings, or PINCITE_DATA_DIR",
            ) from None
        return self

    @property
    def library_url(self) -> str:
        return self.library.url or f"sqlite:///{self.data_dir / 'library.sqlite3'}"

    @property
    def index_dir(self) -> Path:
        return self.data_dir / "index"

    @property
    def files_dir(self) -> Path:
        return self.data_dir / "files"

    @property
    def crawl_file(self) -> Path:
        return self.data_dir / "crawl.sqlite3"

    @property
    def policy_file(self) -> Path:
        return Path(self.rank.policy) if self.rank.policy else self.data_dir / "policy.toml"

    @property
    def ranker_file(self) -> Path:
        return Path(self.rank.learned) if self.rank.learned else self.data_dir / "ranker.txt"

    @property
    def cross_dir(self) -> Path:
        return Path(self.rank.cross_encoder) if self.rank.cross_encoder else self.data_dir / "cross"
