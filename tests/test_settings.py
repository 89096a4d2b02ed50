"""Settings come from four places, later ones win, and a wrong one says so by name."""

from pathlib import Path

import pytest

from pincite.errors import BadSettings
from pincite.loading import changed, described, load, names
from pincite.settings import Settings


def test_defaults_need_nothing() -> None:
    loaded = load(env={})
    assert loaded.origins == {}
    assert loaded.settings.server.host == "127.0.0.1"
    assert loaded.settings.library_url.startswith("sqlite:///")


def test_a_flag_beats_a_variable_and_a_variable_beats_the_file(tmp_path: Path) -> None:
    file = tmp_path / "pincite.toml"
    file.write_text("[server]\nport = 1\nhost = '127.0.0.2'\n[answer]\nmax_words = 50\n")
    loaded = load(
        {"server.port": 3, "server.host": None}, file, {"PINCITE_SERVER__PORT": "2", "PINCITE_ANSWER__MAX_WORDS": "60"}
    )
    assert (loaded.settings.server.port, loaded.settings.answer.max_words) == (3, 60)
    assert loaded.settings.server.host == "127.0.0.2"
    assert loaded.origins == {
        "server.port": "flag",
        "server.host": str(file),
        "answer.max_words": "PINCITE_ANSWER__MAX_WORDS",
    }


def test_settings_that_are_there_are_changed_by_name() -> None:
    before = load(
        {"search.hits": 7, "models.endpoints": {"box": {"base_url": "http://127.0.0.1:1/v1"}}}, env={}
    ).settings
    after = changed(before, {"answer.max_words": "30", "models.default": "box:qwen"})
    assert (after.answer.max_words, after.models.default, after.search.hits) == (30, "box:qwen", 7)
    assert after.models.endpoints == before.models.endpoints
    assert before.answer.max_words == Settings().answer.max_words
    with pytest.raises(BadSettings, match=r"no setting 'answer\.max_word' \(from a flag\)"):
        changed(before, {"answer.max_word": "30"})


def test_endpoints_are_named_by_the_user(tmp_path: Path) -> None:
    file = tmp_path / "pincite.toml"
    file.write_text('[models]\ndefault = "box:qwen"\n[models.endpoints.box]\nbase_url = "http://127.0.0.1:1/v1"\n')
    assert load(file=file, env={}).settings.models.endpoints["box"].dialect == "openai"


@pytest.mark.parametrize(
    ("env", "said", "hint"),
    [
        (
            {"PINCITE_SERVER__PRT": "1"},
            "no setting 'server.prt' (from PINCITE_SERVER__PRT)",
            "did you mean server.port?",
        ),
        ({"PINCITE_SERVER__PORT": "many"}, "server.port = 'many'", "docs/settings.md"),
        ({"PINCITE_SERVER": "x"}, "server = 'x'", "docs/settings.md"),
    ],
)
def test_a_wrong_setting_is_named_with_its_value_and_where_it_came_from(
    env: dict[str, str], said: str, hint: str
) -> None:
    with pytest.raises(BadSettings) as caught:
        load(env=env)
    assert said in caught.value.detail
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("people", "said"),
    [
        ("[people.plans.fre]\nquestions_per_day = 9", "people.plan = 'free' (from its default)"),
        ("[people]\nplan = 'fre'\n[people.plans.free]\nquestions_per_day = 9", "people.plan = 'fre' (from "),
    ],
)
def test_a_plan_that_is_misspelt_is_told_for_nobody_would_have_limits(tmp_path: Path, people: str, said: str) -> None:
    file = tmp_path / "pincite.toml"
    file.write_text(people)
    with pytest.raises(BadSettings, match="there is no such plan") as caught:
        load(file=file, env={})
    assert said in caught.value.detail


@pytest.mark.parametrize("text", ["= broken", "\xff"])
def test_a_broken_file_is_named(tmp_path: Path, text: str) -> None:
    file = tmp_path / "pincite.toml"
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(BadSettings, match=r"pincite\.toml is not TOML"):
        load(file=file, env={})


def test_a_missing_file_that_was_asked_for_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="can't be read"):
        load(file=tmp_path / "absent.toml", env={})


def test_a_data_folder_is_made_or_named_with_why_not(tmp_path: Path) -> None:
    made = Settings(data_dir=tmp_path / "a" / "b").made()
    assert made.data_dir.is_dir()
    (tmp_path / "file").write_text("x")
    for place in (tmp_path / "file", tmp_path / "file" / "in"):
        with pytest.raises(BadSettings, match=f"--data-dir {place}: ") as caught:
            Settings(data_dir=place).made()
        assert "PINCITE_DATA_DIR" in caught.value.hint


@pytest.mark.parametrize("address", ["ask.example.org", "ftp://ask.example.org", "https://", "https://a.example/?q"])
def test_an_address_that_no_link_can_begin_with_is_refused(address: str) -> None:
    with pytest.raises(BadSettings, match="http:// or https:// before it"):
        load({"server.base_url": address}, env={})


def test_a_data_folder_that_is_made_is_its_users_alone(tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.mkdir(mode=0o755)
    assert Settings(data_dir=there).made().data_dir.stat().st_mode & 0o777 == 0o755, "theirs to say"
    assert Settings(data_dir=tmp_path / "new" / "data").made().data_dir.stat().st_mode & 0o077 == 0


def test_the_token_itself_is_no_setting() -> None:
    load(env={"PINCITE_TOKEN": "secret", "PINCITE_SHARED_DATA": "/data"})
    load(env={"PINCITE_SERVER__TOKEN_ENV": "PINCITE_DOOR", "PINCITE_DOOR": "secret"})


def test_a_variable_that_a_setting_names_as_holding_a_secret_is_no_setting(tmp_path: Path) -> None:
    file = tmp_path / "p.toml"
    file.write_text('[server]\ntoken_env = "PINCITE_DOOR"\n[models.endpoints.office]\nkey_env = "PINCITE_OFFICE_KEY"\n')
    env = {"PINCITE_DOOR": "secret", "PINCITE_OFFICE_KEY": "secret"}
    with pytest.raises(BadSettings, match="office_key"):
        load(env={"PINCITE_OFFICE_KEY": "secret"})
    file.write_text(file.read_text() + 'base_url = "http://127.0.0.1:9/v1"\n')
    assert "secret" not in str(load(file=file, env=env))


def test_what_kubernetes_tells_of_services_that_are_called_as_we_are_is_no_setting() -> None:
    env = {
        "PINCITE_SERVICE_HOST": "10.0.0.1",
        "PINCITE_SERVICE_PORT": "8080",
        "PINCITE_SERVICE_PORT_HTTP": "8080",
        "PINCITE_PORT": "tcp://10.0.0.1:8080",
        "PINCITE_PORT_8080_TCP": "tcp://10.0.0.1:8080",
        "PINCITE_PORT_8080_TCP_PROTO": "tcp",
        "PINCITE_PORT_8080_TCP_ADDR": "10.0.0.1",
        "PINCITE_DB_SERVICE_HOST": "10.0.0.2",
        "PINCITE_DB_PORT": "tcp://10.0.0.2:5432",
    }
    assert load(env={**env, "PINCITE_SERVER__PORT": "9"}).settings.server.port == 9
    with pytest.raises(BadSettings, match="PINCITE_PORT"):
        load(env={"PINCITE_PORT": "8080"})  # somebody means server.port


def test_every_setting_says_what_it_is_for() -> None:
    assert "models.endpoints.*.base_url" in names()
    assert [name for name, text in described() if not text.endswith(".")] == []


def test_the_share_of_the_vectors_follows_the_question_unless_it_is_set() -> None:
    assert load(env={}).settings.search.dense_weight is None
    assert load(env={"PINCITE_SEARCH__DENSE_WEIGHT": ""}).settings.search.dense_weight is None
    assert load(env={"PINCITE_SEARCH__DENSE_WEIGHT": "0.3"}).settings.search.dense_weight == 0.3
