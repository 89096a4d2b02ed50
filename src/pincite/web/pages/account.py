"""What can a person do with its own account? Name, password, sessions, keys, everything in one file, and the end of it.

Each form names what it changes, and nothing else of a request is read: no role and no plan can come in with a name.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Path, Request
from markupsafe import Markup
from pydantic_core import to_json
from starlette.responses import RedirectResponse, Response, StreamingResponse

from pincite.errors import PinciteError, Refused
from pincite.library.access import Scope
from pincite.library.accounts import Known, Person, Ticket
from pincite.web.acting import Acting
from pincite.web.gate.agents import browser
from pincite.web.gate.login import LEAVE_NOTHING, Secret, others, signed_in
from pincite.web.looks import page
from pincite.web.pages.preferences import lines
from pincite.web.plans import most_mb
from pincite.web.state import engine_of, house_of, visitors_of
from pincite.web.visitors import known_of, take_cookie
from pincite.web.wire import url
from pincite.web.words import t

router = APIRouter(include_in_schema=False)

JUST_NOW_S = 600.0

Word = Annotated[str, Form(max_length=300)]
Token = Annotated[str, Path(pattern=r"^[0-9A-Za-z_-]{1,100}$")]


def signed(request: Request) -> Known:
    """Raises ``NotFound`` on a server without accounts, ``Refused`` for who is not signed in."""
    visitors_of(request)
    return known_of(request)


@router.get("/account")
async def account(request: Request) -> Response:
    return await _account(request, signed(request))


async def _account(request: Request, known: Known, *, made: str = "", problem: PinciteError | None = None) -> Response:
    engine = engine_of(request)
    people = engine.people
    return page(
        request,
        "account.html",
        problem.status if problem else 200,
        person=await people.person(known.person.id),
        sessions=await people.sessions(known.person.id),
        session=known.session,
        keys=await people.keys(known.person.id),
        scopes=list(Scope),
        plan=engine.plan,
        spent=await people.spent(known.person.id),
        most_mb=most_mb(engine.plan, engine.settings),
        made=made,
        others=others(request),
        vouches=_vouches(request, known.person),
        problem=problem,
        moment=moment,
        place=place,
    )


def _vouches(request: Request, person: Person) -> str:
    """What the provider is called that vouches for the person; empty if none does."""
    issuer = (person.subject or "").partition(" ")[0]
    providers = house_of(request).settings.people.oidc
    return next((others(request)[name] for name, one in providers.items() if one.issuer == issuer), issuer)


def place(agent: str) -> str:
    """From what a session comes, in words: its browser and its system, as far as they are known."""
    name, system = browser(agent)
    if name and system:
        return t("{browser} on {system}", browser=name, system=system)
    return name or system or t("An unknown browser")


def moment(seconds: float) -> Markup:
    """A moment for the page, in UTC; a script makes it the reader's time."""
    then = datetime.fromtimestamp(seconds, UTC)
    said = then.strftime(t("%d %b %Y, %H:%M UTC"))
    return Markup('<time datetime="{}">{}</time>').format(then.isoformat(timespec="seconds"), said)


@router.post("/account/name")
async def rename(request: Request, name: Word = "") -> Response:
    known = signed(request)
    await engine_of(request).people.rename(known.person.id, name)
    return _back(request)


@router.post("/account/password")
async def password(request: Request, old: Secret = "", new: Secret = "") -> Response:
    """Ends all sessions of the person and begins a new one here. Wrong ones count as wrong passwords at the login."""
    known = signed(request)
    people = engine_of(request).people
    logins = visitors_of(request).logins
    if logins.wait_s(known.person.email, known.session):
        raise Refused("too many wrong passwords", hint="wait a minute")
    try:
        await people.set_password(known.person.id, old, new)
    except Refused as wrong:
        logins.failed(known.person.email, known.session)
        return await _account(request, known, problem=wrong)
    except PinciteError as problem:
        return await _account(request, known, problem=problem)
    return await signed_in(request, known.person, url(request, "/account"))


@router.post("/account/sessions/end")
async def end_session(request: Request, session: Word = "") -> Response:
    """One session, or all of them, this one too."""
    known = signed(request)
    await engine_of(request).people.end_sessions(known.person.id, session or None)
    return _back(request)


@router.post("/account/keys")
async def make_key(request: Request, name: Word = "", scope: Annotated[list[Scope], Form()] = []) -> Response:  # noqa: B006 - FastAPI copies it
    """The key is on the page that answers, and nowhere else."""
    known = signed(request)
    try:
        made = await engine_of(request).people.make_key(known.person.id, name, frozenset(scope))
    except PinciteError as problem:
        return await _account(request, known, problem=problem)
    return await _account(request, known, made=made)


@router.post("/account/keys/revoke")
async def revoke_key(request: Request, key: Word = "") -> Response:
    known = signed(request)
    await engine_of(request).people.revoke_key(known.person.id, key)
    return _back(request)


# ── everything, and the end ──


@router.get("/account/export")
async def export(request: Request) -> Response:
    """All that is kept of a person, a JSON value a line: the account; its sessions and keys; its files; its
    collections, and those of others in which it works; its thumbs; its leave to learn; its bin; then each thread with
    its answers."""
    known = signed(request)
    headers = {"content-disposition": 'attachment; filename="pincite-export.jsonl"'}
    everything = _everything(engine_of(request), known.person.id)
    return StreamingResponse(everything, media_type="application/jsonl", headers=headers)


async def _everything(engine: Acting, person_id: str) -> AsyncIterator[bytes]:
    people = engine.people
    yield to_json({"account": await people.person(person_id)}) + b"\n"
    yield to_json({"sessions": await people.sessions(person_id), "keys": await people.keys(person_id)}) + b"\n"
    yield to_json({"files": await engine.uploads()}) + b"\n"
    works_in = await engine.library.collections.all()
    own = [one for one in works_in if one.owner == person_id]
    others = [{"id": one.id, "title": one.plan.title} for one in works_in if one.owner != person_id]
    yield to_json({"collections": own, "member_of": others}) + b"\n"
    yield to_json({"thumbs": await engine.library.thumbs()}) + b"\n"
    yield to_json({"learning_since": await engine.library.consented()}) + b"\n"
    yield to_json({"bin": await engine.library.binned()}) + b"\n"
    async for thread in lines(engine):
        yield thread


@router.post("/account/delete")
async def delete(request: Request, password: Secret = "", sure: Word = "") -> Response:
    """The account, and every thread of it, also in the bin. Asks for the address, and once more who it is."""
    known = signed(request)
    engine = engine_of(request)
    logins = visitors_of(request).logins
    proved = not logins.wait_s(known.person.email, known.session) and await _proved(request, known, password)
    if not proved or sure.strip().casefold() != known.person.email:
        logins.failed(known.person.email, known.session)
        problem = Refused("the password or the address is not yours", hint="type both as you do to sign in")
        if not known.person.has_password:
            hint = "sign out and in again, then type the address within ten minutes"
            problem = Refused("that is not your address, or you signed in too long ago", hint=hint)
        return await _account(request, known, problem=problem)
    try:
        await engine.leave()
    except PinciteError as problem:
        return await _account(request, known, problem=problem)
    visitors_of(request).changed()
    response = RedirectResponse(url(request, "/login"), 303)
    take_cookie(response)
    response.headers["clear-site-data"] = LEAVE_NOTHING
    return response


async def _proved(request: Request, known: Known, password: str) -> bool:
    """By the password; who has none, by having signed in just now."""
    people = engine_of(request).people
    if known.person.has_password:
        return await people.check(known.person.email, password) is not None
    begun = [one.created for one in await people.sessions(known.person.id) if one.id == known.session]
    return any(time.time() - moment < JUST_NOW_S for moment in begun)


# ── invitations, and forgotten passwords ──


@router.get("/invite/{token}")
async def invited(request: Request, token: Token) -> Response:
    return _welcome(request, await _ticket(request, token), token)


@router.get("/reset/{token}")
async def forgotten(request: Request, token: Token) -> Response:
    return _welcome(request, await _ticket(request, token), token)


@router.post("/invite/{token}")
async def accept(request: Request, token: Token, password: Secret = "", name: Word = "") -> Response:
    return await _accept(request, token, password, name)


@router.post("/reset/{token}")
async def choose(request: Request, token: Token, password: Secret = "") -> Response:
    return await _accept(request, token, password, "")


async def _ticket(request: Request, token: str) -> Ticket:
    visitors_of(request)
    return await house_of(request).engine.people.ticket(token)


async def _accept(request: Request, token: str, password: str, name: str) -> Response:
    ticket = await _ticket(request, token)
    plan = house_of(request).settings.people.plan
    try:
        person = await house_of(request).engine.people.accept(token, password, name, plan)
    except PinciteError as problem:
        if problem.status == 404:
            raise
        return _welcome(request, ticket, token, problem)
    return await signed_in(request, person, url(request, "/"))


def _welcome(request: Request, ticket: Ticket, token: str, problem: PinciteError | None = None) -> Response:
    status = problem.status if problem else 200
    return page(request, "welcome.html", status, ticket=ticket, token=token, problem=problem)


def _back(request: Request) -> Response:
    """What was changed counts at once."""
    visitors_of(request).changed()
    return RedirectResponse(url(request, "/account"), 303)
