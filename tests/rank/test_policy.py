from pathlib import Path

import pytest

from pincite.errors import BadSettings
from pincite.rank.policy import ANY, Policy, Rule, load
from pincite.types import Document


def about(url: str, *, lang: str = "en", collection: str = "default") -> Document:
    return Document(url=url, title="T", lang=lang, collection=collection)


def test_a_site_speaks_for_its_subdomains_and_for_no_lookalike() -> None:
    rule = Rule(site="example.org", boost=2.0)
    assert rule.fits(about("https://www.example.org/a"))
    assert rule.fits(about("https://docs.example.org/a"))
    assert not rule.fits(about("https://notexample.org/a"))


def test_a_path_is_how_an_address_or_a_file_begins() -> None:
    assert Rule(path="https://example.org/wiki/", block=True).fits(about("https://example.org/wiki/A"))
    assert not Rule(path="https://example.org/wiki/", block=True).fits(about("https://example.org/blog/A"))
    assert Rule(path="/home/me/notes", block=True).fits(about("file:///home/me/notes/a.md"))


def test_what_a_rule_names_is_joined_by_and() -> None:
    rule = Rule(collection="news", lang="de", boost=2.0)
    assert rule.fits(about("https://a.org", lang="de", collection="news"))
    assert not rule.fits(about("https://a.org", lang="en", collection="news"))


def test_boosts_multiply_and_the_last_trust_counts() -> None:
    rules = (Rule(lang="en", boost=2.0, trust=0.1), Rule(site="a.org", boost=1.5, trust=0.9, half_life_days=30.0))
    standing = Policy(rules).of(about("https://a.org/x"))
    assert standing.boost == 3.0
    assert standing.trust == 0.9
    assert standing.half_life_days == 30.0
    assert standing.told() == [
        "boosted ×2 by your policy: en",
        "boosted ×1.5 by your policy: a.org",
        "trusted 0.9 of 1 by your policy: a.org",
        "ages by half in 30 days by your policy: a.org",
    ]


def test_without_a_file_every_source_stands_alike(tmp_path: Path) -> None:
    assert load(tmp_path / "policy.toml") == ANY
    assert ANY.of(about("https://a.org")).told() == []


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text('[[source]]\nsite = "a.org"\nblock = true\n')
    assert load(path).blocks(about("https://a.org"))
    path.write_text('[[source]]\nsite = "another.org"\nblock = true\n')
    assert not load(path).blocks(about("https://a.org"))


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('[[source]]\nsite = "a.org"\nboost = 20\n', 3, "boost = 20"),
        ('[[source]]\nsite = "a"\nboost = 2\n\n[[source]]\nsite = "b"\nboots = 1\n', 7, "'boots'"),
        ('[[source]]\nsite = "a"\nboost = 2\n\n[[source]]\nboost = 2\n', 5, "names no site"),
        ('[[source]]\nsite = "a"\n', 1, "nothing to do"),
        ('# mine\nsource = "a.org"\n', 2, "no list of rules"),
        ('# mine\n\nsite = "a.org"\n', 3, "'site'"),
        ('[[source]\nsite = "a"\n', 1, "not TOML"),
        ('[[source]]\nsite = "a"\nblock = "yes"\n', 3, "block = 'yes'"),
    ],
)
def test_a_wrong_entry_is_named_with_its_line(tmp_path: Path, text: str, line: int, said: str) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(text)
    with pytest.raises(BadSettings) as caught:
        load(path)
    assert f"line {line}" in caught.value.detail
    assert said in caught.value.detail
    assert caught.value.hint
