"""A collection's people do what their part lets them, nobody else knows of it, and its threads outlive it."""

from __future__ import annotations

import pytest
from tests.library.story import answered, no_files, source

from pincite.errors import BadInput, Conflict, NotFound, Refused
from pincite.library import Library
from pincite.library.access import LOCAL, Kind, Part, Role, Verb, Visitor, authorize
from pincite.library.collecting import Plan
from pincite.library.collections import Collections
from pincite.library.sharing import Visibility
from pincite.library.shelf import Shelf
from pincite.library.temporary import Temporary
from pincite.types import Actor, Question, new_id

PASSWORD = "four words are enough"


async def person(library: Library, name: str) -> Visitor:
    made = await library.people.add(f"{name.lower()}@example.org", PASSWORD, Role.MEMBER, name=name)
    return Visitor(Actor(id=made.id, kind="person", name=name), Role.MEMBER)


async def asked(library: Library, visitor: Visitor, text: str, collection: str | None = None) -> str:
    """A thread of the visitor's; its id."""
    question = Question(text=text, asker=visitor.actor, collection=collection)
    await library.begin(question, new_id())
    return question.thread_id


async def shut(there: Collections, collection_id: str) -> None:
    """Every way to something that one may not know of says the same."""
    for tried in (
        there.one(collection_id),
        there.threads(collection_id, 9),
        there.members(collection_id),
        there.change(collection_id, Plan("Mine")),
        there.remove(collection_id),
        there.invite(collection_id, Part.EDITOR),
    ):
        with pytest.raises(NotFound, match="there is no collection"):
            await tried


async def test_whoever_is_alone_has_collections_without_an_account(library: Library) -> None:
    here = library.collections(LOCAL)
    made = await here.make(Plan("Sea animals", "🐋", "What swims", "Answer in one sentence."))
    thread_id = await asked(library, LOCAL, "What is a whale?", made)
    other = await asked(library, LOCAL, "What is a seal?")
    await here.move(other, made)
    assert [thread.id for thread in await here.threads(made, 9)] == [other, thread_id]
    assert (await library.thread(thread_id)).collection == made
    assert await library.instructions(other, None) == "Answer in one sentence."
    assert await library.instructions("not-there-yet", made) == "Answer in one sentence."
    (one,) = await here.all()
    assert (one.plan.title, one.threads) == ("Sea animals", 2)
    await here.move(other, None)
    assert await library.instructions(other, None) == ""
    await here.remove(made)
    assert await here.all() == []
    assert (await library.thread(thread_id)).collection is None


@pytest.mark.parametrize(
    "words",
    [{"title": " "}, {"title": "x" * 81}, {"title": "x", "emoji": "<b>"}, {"title": "x", "instructions": "x" * 2001}],
)
def test_what_is_no_collection_says_what_to_do(words: dict[str, str]) -> None:
    with pytest.raises(BadInput) as refused:
        Plan(**words)  # type: ignore[arg-type]
    assert refused.value.hint


async def test_members_do_what_their_part_lets_them_and_strangers_know_nothing(library: Library) -> None:
    ada, ben, eve, kit = [await person(library, name) for name in ("Ada", "Ben", "Eve", "Kit")]
    hers = library.collections(ada)
    made = await hers.make(Plan("Walrus"))
    thread_id = await asked(library, ada, "What is Walrus?", made)
    await shut(library.collections(eve), made)
    editing, viewing = await hers.invite(made, Part.EDITOR), await hers.invite(made, Part.VIEWER)
    assert (await library.collections(ben).invitation(editing)).title == "Walrus"
    assert await library.collections(ben).join(editing) == made
    assert await library.collections(kit).join(viewing) == made
    assert [(m.name, m.part) for m in await hers.members(made)] == [("Ben", Part.EDITOR), ("Kit", Part.VIEWER)]
    thing = await library.thing(Kind.THREAD, thread_id)
    assert thing is not None
    may = {
        name: [verb.value for verb in Verb if allowed(visitor, verb, thing)]
        for name, visitor in (("Ada", ada), ("Ben", ben), ("Kit", kit), ("Eve", eve))
    }
    assert may == {
        "Ada": ["read", "ask", "change", "share", "delete"],
        "Ben": ["read", "ask", "change"],
        "Kit": ["read"],
        "Eve": [],
    }
    with pytest.raises(Refused):
        await library.collections(ben).change(made, Plan("Mine"))
    with pytest.raises(Refused):
        await library.collections(kit).allow(Verb.ASK, made)
    with pytest.raises(Refused):
        await library.collections(ben).move(thread_id, None)
    assert (await Shelf(library, kit, Temporary()).thread(thread_id)).id == thread_id
    assert [one.id for one in await library.collections(kit).all()] == [made]


def allowed(visitor: Visitor, verb: Verb, thing: object) -> bool:
    try:
        authorize(visitor, verb, thing)  # type: ignore[arg-type]
    except (NotFound, Refused):
        return False
    return True


async def test_who_leaves_or_is_taken_out_is_a_stranger_again(library: Library) -> None:
    ada, ben, kit = [await person(library, name) for name in ("Ada", "Ben", "Kit")]
    hers = library.collections(ada)
    made = await hers.make(Plan("Walrus"))
    token = await hers.invite(made, Part.VIEWER)
    for visitor in (ben, kit):
        await library.collections(visitor).join(token)
    with pytest.raises(Refused):
        await library.collections(ben).remove_member(made, kit.actor.id)
    await library.collections(ben).remove_member(made, ben.actor.id)
    await hers.remove_member(made, kit.actor.id)
    for visitor in (ben, kit):
        await shut(library.collections(visitor), made)
    await hers.uninvite(made, Part.VIEWER)
    with pytest.raises(NotFound, match="not good"):
        await library.collections(ben).join(token)
    again = await hers.invite(made, Part.EDITOR)
    assert again != token
    with pytest.raises(BadInput):
        await hers.invite(made, Part.OWNER)
    with pytest.raises(Conflict):
        await hers.set_part(made, ada.actor.id, Part.VIEWER)
    assert await hers.join(again) == made
    assert await hers.members(made) == []


async def test_a_collection_goes_with_its_owners_account_and_what_others_asked_in_it_stays(library: Library) -> None:
    ada, ben = [await person(library, name) for name in ("Ada", "Ben")]
    await library.people.add("root@example.org", PASSWORD, Role.OWNER, name="Root")
    hers, his = library.collections(ada), library.collections(ben)
    made = await hers.make(Plan("Walrus"))
    await his.join(await hers.invite(made, Part.EDITOR))
    thread_id = await asked(library, ben, "What is Walrus?", made)
    await library.people.forget(ada.actor.id, no_files)
    await shut(his, made)
    assert (await library.thread(thread_id)).collection is None
    other = await his.make(Plan("Mine"))
    await library.people.forget(ben.actor.id, no_files)
    with pytest.raises(NotFound):
        await library.collections(LOCAL).one(other)


async def test_an_editor_who_follows_a_viewers_link_stays_an_editor(library: Library) -> None:
    ada, ben = [await person(library, name) for name in ("Ada", "Ben")]
    hers, his = library.collections(ada), library.collections(ben)
    made = await hers.make(Plan("Walrus"))
    await his.join(await hers.invite(made, Part.EDITOR))
    await his.join(await hers.invite(made, Part.VIEWER))
    assert [member.part for member in await hers.members(made)] == [Part.EDITOR]
    await hers.set_part(made, ben.actor.id, Part.VIEWER)
    assert [member.part for member in await hers.members(made)] == [Part.VIEWER]


async def test_what_an_open_collection_shows_has_no_names_and_ends_with_it(library: Library) -> None:
    here = library.collections(LOCAL)
    made = await here.make(Plan("Sea animals", visibility=Visibility.LINK))
    answer_id = await answered(library, "What is a whale?", "A mammal.", sources=[source()])
    thread_id = (await library.answer(answer_id)).question.thread_id
    await here.move(thread_id, made)
    token = (await here.one(made)).token
    assert token is not None
    assert [thread.id for thread in (await here.opened(token)).threads] == [thread_id]
    told = await here.opened_thread(token, thread_id)
    assert [answer.question.asker.name for answer in told.answers] == ["Somebody"]
    elsewhere = await asked(library, LOCAL, "What is a secret?")
    with pytest.raises(NotFound):
        await here.opened_thread(token, elsewhere)
    await here.change(made, Plan("Sea animals", visibility=Visibility.PUBLIC))
    assert (await here.one(made)).token == token
    await here.change(made, Plan("Sea animals"))
    for tried in (here.opened(token), here.opened_thread(token, thread_id)):
        with pytest.raises(NotFound, match="nothing is shared"):
            await tried
