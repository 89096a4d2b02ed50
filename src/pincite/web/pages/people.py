"""Who are the people of this server? The page on which its owners and admins invite, suspend and raise them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Path, Request
from starlette.responses import RedirectResponse, Response

from pincite.errors import BadInput, PinciteError
from pincite.library import access
from pincite.library.access import Role, Verb, authorize
from pincite.web.looks import page
from pincite.web.pages.account import Word, moment, signed
from pincite.web.state import engine_of, house_of, visitor_of, visitors_of
from pincite.web.wire import url, whole_url

router = APIRouter(prefix="/people", include_in_schema=False)

PersonId = Annotated[str, Path(pattern=r"^[0-9A-Za-z_-]{1,100}$")]


def _may(request: Request, verb: Verb) -> Role:
    """As what the visitor does it. Raises ``NotFound`` for who is not to know of others' accounts."""
    known = signed(request)
    authorize(visitor_of(request), verb, access.PEOPLE)
    return known.person.role


@router.get("")
async def everybody(request: Request) -> Response:
    _may(request, Verb.READ)
    return await _page(request)


async def _page(request: Request, *, link: str = "", problem: PinciteError | None = None) -> Response:
    """``link`` was made just now, and is shown this once."""
    people = engine_of(request).people
    return page(
        request,
        "people.html",
        problem.status if problem else 200,
        people=await people.all(),
        waiting=await people.invitations(),
        roles=list(Role),
        plans=_plans(request),
        link=link,
        problem=problem,
        moment=moment,
    )


@router.post("/invite")
async def invite(request: Request, email: Word = "", role: Annotated[Role, Form()] = Role.MEMBER) -> Response:
    by = _may(request, Verb.CHANGE)
    try:
        token = await engine_of(request).people.invite(email, role, by=by)
    except PinciteError as problem:
        return await _page(request, problem=problem)
    return await _page(request, link=whole_url(request, f"/invite/{token}"))


@router.post("/invitations/{ticket_id}/withdraw")
async def withdraw(request: Request, ticket_id: PersonId) -> Response:
    _may(request, Verb.CHANGE)
    await engine_of(request).people.withdraw(ticket_id)
    return _back(request)


@router.post("/{person_id}/reset")
async def reset(request: Request, person_id: PersonId) -> Response:
    """A link at which the person chooses a new password. Whoever has it can: it is given to the person alone."""
    by = _may(request, Verb.CHANGE)
    token = await engine_of(request).people.offer_reset(person_id, by=by)
    return await _page(request, link=whole_url(request, f"/reset/{token}"))


@router.post("/{person_id}/role")
async def set_role(request: Request, person_id: PersonId, role: Annotated[Role, Form()]) -> Response:
    by = _may(request, Verb.CHANGE)
    await engine_of(request).people.set_role(person_id, role, by=by)
    return _back(request)


@router.post("/{person_id}/plan")
async def set_plan(request: Request, person_id: PersonId, plan: Word = "") -> Response:
    by = _may(request, Verb.CHANGE)
    if plan not in _plans(request):
        raise BadInput(f"there is no plan {plan!r}", hint=f"people.plans has: {', '.join(_plans(request))}")
    await engine_of(request).people.set_plan(person_id, plan, by=by)
    return _back(request)


def _plans(request: Request) -> list[str]:
    """What people may be put on."""
    people = house_of(request).settings.people
    return sorted(people.plans) or [people.plan]


@router.post("/{person_id}/suspend")
async def suspend(request: Request, person_id: PersonId) -> Response:
    by = _may(request, Verb.CHANGE)
    await engine_of(request).people.suspend(person_id, by=by)
    return _back(request)


@router.post("/{person_id}/resume")
async def resume(request: Request, person_id: PersonId) -> Response:
    by = _may(request, Verb.CHANGE)
    await engine_of(request).people.resume(person_id, by=by)
    return _back(request)


def _back(request: Request) -> Response:
    """What was changed counts at once."""
    visitors_of(request).changed()
    return RedirectResponse(url(request, "/people"), 303)
