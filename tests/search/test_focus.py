import sys
from collections.abc import Callable
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path

import pytest

from pincite import plugins
from pincite.errors import BadInput, BadQuestion, BadSettings, LockedFocus, UnknownFocus
from pincite.ports import Focus
from pincite.search.focus import Focuses, providers
from pincite.search.focus import focuses as known
from pincite.search.own import OwnIndex
from pincite.settings import DatabaseSettings, SearchSettings, Settings
from pincite.types import Filters, Question


def aimed(all_: Focuses, text: str, name: str = "") -> tuple[str, str, tuple[str, ...]]:
    question = all_.aim(Question(text=text, focus=name))
    return question.focus, question.text, question.filters.sites


def test_every_focus_is_a_file_and_names_whom_it_asks() -> None:
    assert list(known())[:3] == ["all", "index", "web"]
    assert set(known()) == {
        "all", "index", "web", "wikipedia", "stackoverflow", "academic", "discussions", "code", "site", "writing"
    }  # fmt: skip
    for name, one in known().items():
        assert name == one.id
        assert one.label
        assert one.description
        assert set(one.backends) <= {"index", "web", *providers()}


def test_an_unknown_focus_is_named_with_those_that_are_near(focuses: Callable[..., Focuses]) -> None:
    there = focuses()
    with pytest.raises(UnknownFocus, match="'wikipdia'; did you mean wikipedia") as caught:
        there.focus("wikipdia")
    assert "pincite focuses" in caught.value.hint
    with pytest.raises(UnknownFocus, match="there are: all, index"):
        there.focus("moon")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@wikipedia why is the sky blue?", ("wikipedia", "why is the sky blue?", ())),
        ("  @Academic  black holes", ("academic", "black holes", ())),
        ("@site:example.org what is new?", ("site", "what is new?", ("example.org",))),
        ("@site what is new? site:Docs.Example.org", ("site", "what is new?", ("docs.example.org",))),
        ("what is new site:https://example.org/news here", ("index", "what is new here", ("example.org",))),
        ("@elonmusk said what?", ("index", "@elonmusk said what?", ())),
        ("mail me@wikipedia.org", ("index", "mail me@wikipedia.org", ())),
        ("@writing site:example.org in a poem", ("writing", "site:example.org in a poem", ())),
    ],
)
def test_a_focus_and_sites_can_be_said_in_the_question(
    focuses: Callable[..., Focuses], text: str, expected: tuple[str, str, tuple[str, ...]]
) -> None:
    assert aimed(focuses(), text) == expected


def test_a_site_can_be_left_out_in_the_question(focuses: Callable[..., Focuses]) -> None:
    question = focuses().aim(Question(text="@web towers -site:spam.example"))
    assert question.filters == Filters(exclude_sites=("spam.example",))
    assert question.text == "towers"


def test_what_is_said_in_the_question_wins_over_what_was_picked(focuses: Callable[..., Focuses]) -> None:
    assert aimed(focuses(), "@web towers", "wikipedia")[0] == "web"


def test_a_slip_in_the_prefix_is_told(focuses: Callable[..., Focuses]) -> None:
    with pytest.raises(UnknownFocus, match="did you mean wikipedia"):
        aimed(focuses(), "@wikipeda why?")


def test_one_site_wants_to_know_which(focuses: Callable[..., Focuses]) -> None:
    with pytest.raises(BadQuestion) as caught:
        aimed(focuses(), "@site what is new?")
    assert "@site:example.org what is new?" in caught.value.hint


def test_a_focus_whose_provider_has_no_key_is_locked_and_says_why(focuses: Callable[..., Focuses]) -> None:
    locked = focuses(env={}, providers=("brave",))
    cards = {card.id: card for card in locked.cards()}
    assert "BRAVE_API_KEY" in cards["web"].locked
    assert not cards["all"].locked
    assert not cards["wikipedia"].locked
    with pytest.raises(LockedFocus, match="BRAVE_API_KEY"):
        aimed(locked, "@web towers")


def test_the_default_stays_on_this_machine_until_a_provider_is_named(focuses: Callable[..., Focuses]) -> None:
    assert focuses().default == "index"
    assert focuses(providers=("brave",)).default == "all"
    assert [card.id for card in focuses().cards() if card.default] == ["index"]


def test_a_key_alone_names_nobody(focuses: Callable[..., Focuses]) -> None:
    keyless = {card.id: card.asks for card in focuses(env={}, services={}).cards()}
    assert keyless["index"] == keyless["writing"] == ()
    assert keyless["web"] == ("DuckDuckGo",)
    keyed = {card.id: card.asks for card in focuses(env={"BRAVE_API_KEY": "x"}, services={}).cards()}
    assert keyed["web"] == ("Brave Search",)


def test_an_unknown_provider_is_told_with_the_nearest(focuses: Callable[..., Focuses]) -> None:
    with pytest.raises(BadSettings, match="did you mean brave"):
        focuses(providers=("brve",))
    with pytest.raises(BadSettings, match=r"web\.providers"):
        focuses(providers=("reddit",))


def test_an_own_copy_is_asked_instead_of_the_service(focuses: Callable[..., Focuses]) -> None:
    all_ = focuses()
    own = OwnIndex(None)  # type: ignore[arg-type] - it is never searched
    assert list(all_.looking("wikipedia", own).backends) == ["wikipedia"]
    all_._collections = lambda: {"wikipedia": 3}
    assert list(all_.looking("wikipedia", own).backends) == ["index"]
    assert next(card for card in all_.cards() if card.id == "wikipedia").asks == ()


def test_an_unknown_collection_is_named_with_those_that_are_near(focuses: Callable[..., Focuses]) -> None:
    there = focuses()

    def aim(name: str, *file_ids: str) -> Question:
        return there.aim(Question(text="x", filters=Filters(collections=(name,)), file_ids=file_ids))

    with pytest.raises(BadInput, match="'nope'; nothing is indexed yet"):
        aim("nope")
    there._collections = lambda: {"Handbook": 3, "wikipedia": 2}
    with pytest.raises(BadInput, match="'handbok'; did you mean Handbook"):
        aim("handbok")
    with pytest.raises(BadInput, match="'zzz'; there are: Handbook, wikipedia"):
        aim("zzz")
    for name in ("Handbook", "web"):
        assert aim(name).filters.collections == (name,)
    assert aim("files", "a" * 32).filters.collections == ("files",)


def test_a_name_that_is_no_focus_stays_a_word_and_is_told(focuses: Callable[..., Focuses]) -> None:
    there = focuses()
    assert there.unmeant("@alice said what?").startswith(
        "there is no focus @alice, so it was taken as a word; there are: "
    )
    for text in ("@wikipedia why?", "@Index why?", "why @alice?", "me@example.org"):
        assert there.unmeant(text) == ""


def test_a_file_that_is_dropped_in_is_a_focus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "our_law.py").write_text(
        "from pincite.ports import Focus\nFOCUS = Focus('law', 'Law', 'Laws', ('web',), sites=('eur-lex.europa.eu',))\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    entries = EntryPoints(
        [EntryPoint("law", "our_law", "pincite.search"), EntryPoint("gone", "gone", "pincite.search")]
    )
    monkeypatch.setattr(plugins, "entry_points", lambda group: entries.select(group=group))
    found = [value for _, value in plugins.discover("pincite.search", "FOCUS")]
    assert [one.id for one in found if isinstance(one, Focus)].count("law") == 1
    sys.modules.pop("our_law")


async def test_a_database_that_is_kept_from_somebody_is_told_as_one_that_never_was(settings: Settings) -> None:
    shop = DatabaseSettings(url="postgresql://reader@db.example.org/shop")
    changes = {"databases": {"shop": shop}, "search": SearchSettings(focus="shop")}
    there = Focuses(settings.model_copy(update=changes), {})
    try:
        assert (there.default, aimed(there, "how many orders?")[0]) == ("shop", "shop")
        assert [card.asks for card in there.cards() if card.id == "shop"] == [("db.example.org",)]
        fewer = there.but({"shop"})
        assert fewer.default == "index"
        assert aimed(fewer, "@shop how many orders?")[:2] == ("index", "@shop how many orders?")
        assert "shop" not in [card.id for card in fewer.cards()]
        with pytest.raises(UnknownFocus) as hidden:
            fewer.focus("shop")
        with pytest.raises(UnknownFocus) as never:
            fewer.focus("shup")
        assert hidden.value.detail.replace("shop", "shup") == never.value.detail
        with pytest.raises(BadInput, match="SQL is run in a database"):
            fewer.aim(Question(text="?", sql="SELECT 1"))
    finally:
        await there.close()
