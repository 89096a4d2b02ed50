"""Every visitor, every verb, every thing: what ``authorize`` says is what is written here a second time, by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pincite.errors import NotFound, Refused
from pincite.library import access
from pincite.library.access import LOCAL, STRANGER, Kind, Part, Role, Scope, Thing, Verb, Visitor, authorize
from pincite.types import Actor


def person(name: str, role: Role = Role.MEMBER) -> Visitor:
    return Visitor(Actor(id=name, kind="person", name=name), role)


MINE = Thing(Kind.THREAD, "t1", "ann", members={"ed": Part.EDITOR, "vi": Part.VIEWER})
ADMIN = person("root", Role.ADMIN)


def said(visitor: Visitor, verb: Verb, thing: Thing) -> str:
    try:
        authorize(visitor, verb, thing)
    except (NotFound, Refused) as error:
        return type(error).__name__
    return "yes"


# read, ask, change, share, delete
THREAD = {
    "ann": "yes yes yes yes yes",
    "ed": "yes yes yes Refused Refused",
    "vi": "yes Refused Refused Refused Refused",
    "bob": "NotFound NotFound NotFound NotFound NotFound",
}


@pytest.mark.parametrize("kind", [Kind.THREAD, Kind.ANSWER, Kind.COLLECTION])
@pytest.mark.parametrize("name", THREAD)
def test_what_each_may_do_with_a_thing_of_anns(name: str, kind: Kind) -> None:
    assert [said(person(name), verb, replace(MINE, kind=kind)) for verb in Verb] == THREAD[name].split()


def test_administering_others_gives_no_right_to_read_what_they_wrote() -> None:
    assert {said(person("root", role), verb, MINE) for role in Role for verb in Verb} == {"NotFound"}


SERVER = {
    Role.OWNER: "yes yes yes yes yes yes yes",
    Role.ADMIN: "yes yes yes yes yes yes yes",
    Role.MEMBER: "yes yes NotFound NotFound NotFound NotFound NotFound",
    Role.GUEST: "yes Refused NotFound NotFound NotFound NotFound NotFound",
    None: "NotFound NotFound NotFound NotFound NotFound NotFound NotFound",
}
ASKED = [
    (Verb.READ, access.HOUSE),
    (Verb.ASK, access.HOUSE),
    (Verb.READ, access.PEOPLE),
    (Verb.CHANGE, access.PEOPLE),
    (Verb.READ, access.PROVIDERS),
    (Verb.CHANGE, access.PROVIDERS),
    (Verb.READ, access.METRICS),
]


@pytest.mark.parametrize("role", SERVER)
def test_what_each_role_may_do_with_the_server(role: Role | None) -> None:
    visitor = replace(ADMIN, role=role)
    assert [said(visitor, verb, thing) for verb, thing in ASKED] == SERVER[role].split()


def test_a_link_opens_its_own_thing_for_reading_and_only_while_it_is_shared() -> None:
    shown = replace(STRANGER, links=frozenset({"t1"}))
    shared = replace(MINE, visibility="link")
    assert [said(shown, verb, shared) for verb in Verb] == ["yes", *["Refused"] * 4]
    assert said(shown, Verb.READ, replace(shared, id="t2")) == "NotFound"
    assert said(shown, Verb.READ, MINE) == "NotFound"
    assert said(STRANGER, Verb.READ, shared) == "NotFound"


def test_what_is_public_is_read_by_everybody_and_changed_by_nobody_else() -> None:
    public = replace(MINE, visibility="public")
    for visitor in (STRANGER, person("bob"), ADMIN):
        assert [said(visitor, verb, public) for verb in Verb] == ["yes", *["Refused"] * 4]


def test_a_stranger_owns_nothing_not_even_what_has_no_owner() -> None:
    assert said(STRANGER, Verb.READ, replace(MINE, owner="")) == "NotFound"
    assert said(replace(person("ann"), role=None), Verb.READ, MINE) == "NotFound"


def test_a_key_does_what_its_scopes_say_and_no_more() -> None:
    key = replace(person("ann"), scopes=frozenset({Scope.READ}))
    assert [said(key, verb, MINE) for verb in Verb] == ["yes", *["Refused"] * 4]
    asks = replace(key, scopes=frozenset({Scope.READ, Scope.ASK}))
    assert [said(asks, verb, MINE) for verb in Verb] == ["yes", "yes", *["Refused"] * 3]
    assert said(replace(ADMIN, scopes=frozenset(Scope) - {Scope.ADMIN}), Verb.READ, access.PEOPLE) == "NotFound"


def test_a_refusal_says_no_more_than_what_never_was() -> None:
    told = []
    for thing in (MINE, replace(MINE, owner="eve", visibility="link")):
        with pytest.raises(NotFound) as caught:
            authorize(person("bob"), Verb.READ, thing)
        told.append((caught.value.detail, caught.value.hint))
    never = access.missing(Kind.THREAD, "t1")
    assert set(told) == {(never.detail, never.hint)}


def test_without_accounts_whoever_is_here_may_do_everything() -> None:
    assert {said(LOCAL, verb, replace(MINE, owner="somebody else")) for verb in Verb} == {"yes"}
    assert {said(LOCAL, verb, thing) for verb, thing in ASKED} == {"yes"}
