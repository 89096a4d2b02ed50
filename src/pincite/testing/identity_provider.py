"""What if an identity provider said exactly this, or lied in exactly that way?

A real HTTP server on loopback that speaks OpenID Connect: discovery, the authorization code flow with PKCE, a client's
secret, its keys, and who the person is. It is strict where a good provider is: a code is good once, for the client and
the address that it was made for, and for who knows its verifier. Each way to lie is a field that a test sets::

    python -m pincite.testing.identity_provider --port 9100

shows a page that asks whether to sign in as Ada, for trying a server's settings by hand.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import hmac
import json
import secrets
import socket
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from html import escape
from typing import Any
from urllib.parse import unquote_plus, urlencode

import jwt
import uvicorn
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, RSAAlgorithm
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

PERSON = {"sub": "ada-1815", "email": "ada@example.org", "email_verified": True, "name": "Ada Lovelace"}
ID_TOKEN_S = 300


def _rsa() -> RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@dataclass
class IdentityProvider:
    """Settings of the provider, which may be changed while it runs, and what it has seen."""

    client_id: str = "pincite"
    client_secret: str = "a-secret-of-the-client"  # noqa: S105 - of a provider for tests
    """Empty: a client without one, which PKCE alone protects."""
    host: str = "127.0.0.1"
    port: int = 0
    asks: bool = False
    """Whether a person must agree on a page, as real ones want; else it leads back at once."""
    person: dict[str, Any] = field(default_factory=lambda: dict(PERSON))
    """Who is signed in there."""
    in_token: bool = True
    """Whether the ID token says more than who it is; else only ``/userinfo`` does."""

    claims: dict[str, Any] = field(default_factory=dict)
    """Claims of the ID token that are as here, whatever they should be; ``None``: left out."""
    alg: str = "RS256"
    """How it is signed: RS256, ES256; ``none``; ``HS256``, with the public key as the secret."""
    kid: str | None = "rs"
    stranger: bool = False
    """Signed with a key that nobody published."""
    answer: dict[str, Any] = field(default_factory=dict)
    """Of the query that leads back, as ``claims``."""
    metadata: dict[str, Any] = field(default_factory=dict)
    """Of the discovery document, as ``claims``."""
    broken: dict[str, Response] = field(default_factory=dict)
    """By path: what is sent in place of the right thing."""

    seen: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    """The paths and the queries or forms of all requests so far."""
    codes: dict[str, dict[str, str]] = field(default_factory=dict, repr=False)
    """Those not used yet, and the query each was made for."""
    rsa_key: RSAPrivateKey = field(default_factory=_rsa, repr=False)
    ec_key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1()), repr=False
    )

    @property
    def issuer(self) -> str:
        return f"http://{self.host}:{self.port}"

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._discovery),
                Route("/authorize", self._authorize),
                Route("/token", self._token, methods=["POST"]),
                Route("/jwks", self._jwks),
                Route("/userinfo", self._userinfo),
            ]
        )

    async def _taken(self, request: Request) -> tuple[dict[str, str], Response | None]:
        """What a request says; and what is to be answered whatever it says."""
        said = {name: str(value) for name, value in (*request.query_params.items(), *(await request.form()).items())}
        self.seen.append((request.url.path, said))
        return said, self.broken.get(request.url.path)

    async def _discovery(self, request: Request) -> Response:
        _, broken = await self._taken(request)
        found = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", "ES256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
        }
        return broken or JSONResponse(_with(found, self.metadata))

    async def _authorize(self, request: Request) -> Response:
        query, broken = await self._taken(request)
        if broken:
            return broken
        if query.get("client_id") != self.client_id or query.get("response_type") != "code":
            return HTMLResponse("no such client", 400)
        code = secrets.token_urlsafe(24)
        self.codes[code] = query
        back = _with({"code": code, "state": query.get("state", ""), "iss": self.issuer}, self.answer)
        target = f"{query['redirect_uri']}?{urlencode(back)}"
        if not self.asks:
            return RedirectResponse(target, 303)
        name = escape(str(self.person.get("name", "")))
        return HTMLResponse(f'<!doctype html><title>Who are you?</title><a href="{escape(target)}">I am {name}</a>')

    async def _token(self, request: Request) -> Response:
        form, broken = await self._taken(request)
        if broken:
            return broken
        if not self._is_the_client(request, form):
            return JSONResponse({"error": "invalid_client"}, 401)
        asked = self.codes.pop(form.get("code", ""), None)
        challenge = _base64(sha256(form.get("code_verifier", "").encode()).digest())
        if (
            asked is None
            or form.get("grant_type") != "authorization_code"
            or form.get("redirect_uri") != asked["redirect_uri"]
            or asked.get("code_challenge_method") != "S256"
            or challenge != asked.get("code_challenge")
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        token = self._signed(asked.get("nonce", ""))
        return JSONResponse({"token_type": "Bearer", "access_token": "access", "expires_in": 60, "id_token": token})

    def _is_the_client(self, request: Request, form: dict[str, str]) -> bool:
        kind, _, pair = request.headers.get("authorization", "").partition(" ")
        if kind == "Basic":
            name, _, secret = base64.b64decode(pair).decode().partition(":")
            name, secret = unquote_plus(name), unquote_plus(secret)
        else:
            name, secret = form.get("client_id", ""), form.get("client_secret", "")
        return name == self.client_id and hmac.compare_digest(secret.encode(), self.client_secret.encode())

    def _signed(self, nonce: str) -> str:
        now = int(time.time())
        usual = {"iss": self.issuer, "aud": self.client_id, "exp": now + ID_TOKEN_S, "iat": now, "nonce": nonce}
        who = self.person if self.in_token else {"sub": self.person["sub"]}
        claims = _with({**usual, **who}, self.claims)
        header = {} if self.kid is None else {"kid": self.kid}
        if self.alg == "none":
            return jwt.encode(claims, "", "none", header)
        if self.alg == "HS256":
            return _by_the_public_key(claims, header, self.rsa_key)
        key = self.ec_key if self.alg == "ES256" else _rsa() if self.stranger else self.rsa_key
        return jwt.encode(claims, key, self.alg, header)

    async def _jwks(self, request: Request) -> Response:
        _, broken = await self._taken(request)
        keys = [
            {**RSAAlgorithm.to_jwk(self.rsa_key.public_key(), as_dict=True), "kid": "rs", "use": "sig", "alg": "RS256"},
            {**ECAlgorithm.to_jwk(self.ec_key.public_key(), as_dict=True), "kid": "es", "use": "sig"},
            {"kty": "oct", "k": _base64(b"nobody should use this one at all"), "kid": "oct"},
            {"kty": "RSA", "kid": "unfinished"},
        ]
        return broken or JSONResponse({"keys": keys})

    async def _userinfo(self, request: Request) -> Response:
        _, broken = await self._taken(request)
        if request.headers.get("authorization") != "Bearer access":
            return JSONResponse({"error": "invalid_token"}, 401)
        return broken or JSONResponse(self.person)


def _by_the_public_key(claims: dict[str, Any], header: dict[str, str], key: RSAPrivateKey) -> str:
    """What a verifier takes for good that lets the token say how it is signed. Made by hand: no library makes it."""
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    parts = [{"alg": "HS256", "typ": "JWT", **header}, claims]
    signed = ".".join(_base64(json.dumps(part).encode()) for part in parts)
    return f"{signed}.{_base64(hmac.digest(public, signed.encode(), 'sha256'))}"


def _with(usual: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**usual, **told}.items() if value is not None}


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@asynccontextmanager
async def running(provider: IdentityProvider | None = None) -> AsyncIterator[IdentityProvider]:
    """A provider on a free port of loopback, for as long as the block runs."""
    there = provider or IdentityProvider()
    with socket.create_server(("127.0.0.1", there.port)) as listener:
        there.port = listener.getsockname()[1]
        config = uvicorn.Config(there.app(), http="httptools", ws="none", lifespan="off", loop="none", log_config=None)
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield there
        finally:
            server.should_exit = True
            await serving


async def _serve(port: int) -> None:
    async with running(IdentityProvider(port=port, asks=True)) as there:
        sys.stdout.write(f"issuer {there.issuer}, client {there.client_id}, secret {there.client_secret}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=9100)
    asyncio.run(_serve(parser.parse_args().port))
