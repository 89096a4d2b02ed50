"""Who does an identity provider say that this is? OpenID Connect's authorization code flow, from one browser and back.

OpenID Connect Core 1.0 §3.1 with PKCE (RFC 7636) and the issuer in the response (RFC 9207). What a browser has begun
it carries in a cookie of its own: one secret, from which state, nonce and verifier are derived. So an answer counts in
no other browser, and nothing is kept here. An ID token is believed if the provider's own key signed it, for us, for
this sign-in, and not long ago. What the provider is asked goes by the house's transport: its issuer's origin is
trusted, for the operator named it; whatever else it names must be on the public web.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import time
from base64 import b64encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any, Literal
from urllib.parse import quote_plus, urlencode, urlsplit

import httpcore
import jwt

from pincite.crawl.fetch import Fetcher, Response
from pincite.crawl.wire import Resolve, by_system
from pincite.errors import BadInput, Refused, Unfetchable
from pincite.library.vouching import Vouched
from pincite.ports import Deadline
from pincite.settings import FetchSettings, OidcSettings

ALGORITHMS = ("RS256", "ES256")
"""Nothing symmetric, or whoever knows our secret could sign; never ``none``."""
SCOPE = "openid email profile"
PATIENCE_S = 10.0
"""For all that a provider is asked at one sign-in."""
CLOCK_S = 60
"""Seconds that its clock and ours may differ by."""
KEPT_S = 3600.0
"""How long it is remembered where a provider takes what."""
MOST_BYTES = 1 << 20
AGAIN = "sign in once more"


@dataclass(frozen=True)
class Pending:
    """A sign-in that a browser has begun."""

    provider: str
    seed: str = field(repr=False)
    """256 random bits."""
    target: str
    """Where the person wanted to go."""
    person: str = ""
    """Whose account is to be connected; empty: somebody signs in."""

    def _derived(self, name: str) -> str:
        return _base64(hmac.digest(self.seed.encode(), name.encode(), "sha256"))

    @property
    def state(self) -> str:
        return self._derived("state")

    @property
    def nonce(self) -> str:
        return self._derived("nonce")

    @property
    def verifier(self) -> str:
        return self._derived("verifier")

    @property
    def cookie(self) -> str:
        return _base64(json.dumps(asdict(self)).encode())

    @classmethod
    def of(cls, cookie: str) -> Pending | None:
        """What ``cookie`` holds; ``None`` for whatever was not made here."""
        try:
            found = json.loads(urlsafe_b64decode(cookie + "=" * (-len(cookie) % 4)))
            pending = cls(**found)
        except (ValueError, TypeError, RecursionError):
            return None
        sound = all(isinstance(value, str) for value in asdict(pending).values())
        return pending if sound and len(pending.seed) >= 43 else None


class Provider:
    """One identity provider, as it is set up here."""

    def __init__(
        self,
        name: str,
        settings: OidcSettings,
        env: Mapping[str, str],
        fetch: FetchSettings,
        *,
        resolve: Resolve = by_system,
    ) -> None:
        """``env`` holds the client's secret, and is asked each time. ``resolve`` is for tests."""
        self.label = settings.label or name
        self._settings = settings
        self._env = env
        self._fetch = fetch
        self._resolve = resolve
        self._found: Mapping[str, Any] = {}
        self._until = float("-inf")

    # ── there ──

    async def address(self, pending: Pending, redirect_uri: str) -> str:
        """Where the browser is to go. Raises ``Unfetchable`` where the provider does not say."""
        async with self._asking() as ask:
            found = await self._discovered(ask)
        asked = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": redirect_uri,
            "scope": SCOPE,
            "state": pending.state,
            "nonce": pending.nonce,
            "code_challenge": _base64(sha256(pending.verifier.encode()).digest()),
            "code_challenge_method": "S256",
        }
        place = found["authorization_endpoint"]
        return f"{place}{'&' if urlsplit(place).query else '?'}{urlencode(asked)}"

    # ── and back ──

    async def vouched(self, pending: Pending, redirect_uri: str, answer: Mapping[str, str]) -> Vouched:
        """Who came back, with the query ``answer``.

        Raises ``BadInput`` for what this browser did not begin, ``Refused`` for what is not believed or not granted,
        and ``Unfetchable`` where the provider is silent or makes no sense.
        """
        if not hmac.compare_digest(answer.get("state", "").encode(), pending.state.encode()):
            raise BadInput("this answer is not to what this browser asked", hint=AGAIN)
        async with self._asking() as ask:
            found = await self._discovered(ask)
            self._from_it(answer, found)
            if "error" in answer:
                raise Refused(f"{self.label} says: {_word(answer['error'])}", hint=AGAIN)
            tokens = await self._tokens(ask, found, answer.get("code", ""), pending, redirect_uri)
            claims = await self._claims(ask, found, tokens.get("id_token"), pending.nonce)
            if "email" not in claims and "userinfo_endpoint" in found:
                claims = {**await self._told(ask, found, tokens, claims["sub"]), **claims}
        return self._person(claims)

    def _from_it(self, answer: Mapping[str, str], found: Mapping[str, Any]) -> None:
        """An answer of another provider must not bring a code here that is sent on to this one, or the reverse."""
        needed = found.get("authorization_response_iss_parameter_supported") is True
        if answer.get("iss", "" if needed else self._settings.issuer) != self._settings.issuer:
            raise Refused(f"the answer is not from {self.label}", hint=AGAIN)

    async def _tokens(
        self, ask: _Asking, found: Mapping[str, Any], code: str, pending: Pending, redirect_uri: str
    ) -> Mapping[str, Any]:
        """What the code is good for, once."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
        form |= {"code_verifier": pending.verifier, "client_id": self._settings.client_id}
        headers: dict[str, str] = {}
        if secret := self._env.get(self._settings.secret_env, "").strip():
            if "client_secret_post" in found.get("token_endpoint_auth_methods_supported", ()):
                form["client_secret"] = secret
            else:
                pair = f"{quote_plus(self._settings.client_id)}:{quote_plus(secret)}"
                headers["authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
        response = await ask("POST", found["token_endpoint"], headers=headers, form=form)
        if response.status != 200:
            error = _word(_object(response).get("error", ""))
            hint = f"{AGAIN}; a code is good once, and not for long"
            if error in {"invalid_client", "unauthorized_client"}:
                hint = "whoever runs this server: check client_id and the secret"
            raise Refused(f"{self.label} takes the code for nothing: {error or response.status}", hint=hint)
        return _object(response)

    async def _claims(self, ask: _Asking, found: Mapping[str, Any], token: object, nonce: str) -> Mapping[str, Any]:
        """What the ID token says, if all of it holds."""
        keys = _object(await ask("GET", found["jwks_uri"])).get("keys")
        try:
            if not isinstance(token, str):
                raise jwt.InvalidTokenError("there is no ID token")
            claims: dict[str, Any] = jwt.decode(
                token,
                _key(keys, jwt.get_unverified_header(token)),
                algorithms=ALGORITHMS,
                audience=self._settings.client_id,
                issuer=self._settings.issuer,
                leeway=CLOCK_S,
                options={"require": ["iss", "sub", "aud", "exp", "iat", "nonce"]},
            )
            if not hmac.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
                raise jwt.InvalidTokenError("its nonce is of another sign-in")
            audiences = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
            if claims.get("azp", "" if len(audiences) > 1 else self._settings.client_id) != self._settings.client_id:
                raise jwt.InvalidTokenError("it was made for another client")
            if not 1 <= len(claims["sub"]) <= 255 or not claims["sub"].isprintable():
                raise jwt.InvalidTokenError("its subject is no name")
        except jwt.PyJWTError as error:
            raise Refused(f"what {self.label} says is not believed: {error}", hint=AGAIN) from None
        return claims

    async def _told(
        self, ask: _Asking, found: Mapping[str, Any], tokens: Mapping[str, Any], subject: str
    ) -> Mapping[str, Any]:
        """Some providers say in the ID token only who it is, and the rest if they are asked."""
        headers = {"authorization": f"Bearer {_word(tokens.get('access_token'), most=8000)}"}
        response = await ask("GET", found["userinfo_endpoint"], headers=headers)
        told = _object(response) if response.status == 200 else {}
        return told if told.get("sub") == subject else {}

    def _person(self, claims: Mapping[str, Any]) -> Vouched:
        email = claims.get("email")
        verified = claims.get("email_verified") is True or self._settings.trust_addresses
        name = claims.get("name") or claims.get("preferred_username")
        return Vouched(
            issuer=self._settings.issuer,
            subject=claims["sub"],
            email=email if isinstance(email, str) and verified else "",
            name=name if isinstance(name, str) else "",
        )

    # ── asking it ──

    async def _discovered(self, ask: _Asking) -> Mapping[str, Any]:
        """OpenID Connect Discovery 1.0: where it takes what, for as long as ``KEPT_S``."""
        if time.monotonic() < self._until:
            return self._found
        response = await ask("GET", f"{self._settings.issuer.rstrip('/')}/.well-known/openid-configuration")
        if response.status != 200:
            raise self._garbled(f"{response.url} answered with {response.status}")
        found = _object(response)
        if found.get("issuer") != self._settings.issuer:
            raise self._garbled(f"{response.url} does not describe {self._settings.issuer}")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not self._is_sound(found.get(name)):
                raise self._garbled(f"its {name} is no https address")
        if not self._is_sound(found.get("userinfo_endpoint")):
            found = {name: value for name, value in found.items() if name != "userinfo_endpoint"}
        self._found, self._until = found, time.monotonic() + KEPT_S
        return found

    def _is_sound(self, address: object) -> bool:
        """Over TLS; or where the issuer is, which may be this machine."""
        if not isinstance(address, str) or not address.isascii() or not address.isprintable():
            return False
        parts, issuer = urlsplit(address), urlsplit(self._settings.issuer)
        return parts.scheme == "https" or (parts.scheme, parts.netloc) == (issuer.scheme, issuer.netloc)

    def _garbled(self, why: str) -> Unfetchable:
        hint = "whoever runs this server: check the issuer in people.oidc"
        return Unfetchable(f"{self.label} makes no sense: {why}", reason="garbled", hint=hint)

    @asynccontextmanager
    async def _asking(self) -> AsyncGenerator[_Asking]:
        """People sign in seldom, so no connection is kept for it."""
        context = await asyncio.to_thread(lambda: self._tls)
        fetcher = Fetcher(self._fetch, ssl_context=context, resolve=self._resolve, connections=2)
        try:
            yield _Asking(self.label, fetcher, self._settings.issuer, Deadline.after(PATIENCE_S))
        finally:
            await fetcher.aclose()

    @cached_property
    def _tls(self) -> Any:
        """Reading the certificates of all authorities takes 50 ms and more."""
        return httpcore.default_ssl_context()


@dataclass(frozen=True)
class _Asking:
    """The requests of one sign-in."""

    label: str
    fetcher: Fetcher
    issuer: str
    deadline: Deadline

    async def __call__(
        self,
        method: Literal["GET", "POST"],
        address: str,
        *,
        headers: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
    ) -> Response:
        try:
            return await self.fetcher.request(
                method,
                address,
                base_url=self.issuer,
                headers=headers,
                form=form,
                deadline=self.deadline,
                max_bytes=MOST_BYTES,
            )
        except Unfetchable as error:
            hint = "try again in a minute; whoever runs this server: is it up, and is the issuer right?"
            raise Unfetchable(f"{self.label} gives no answer: {error.detail}", reason=error.reason, hint=hint) from None


def _key(keys: object, header: Mapping[str, Any]) -> jwt.PyJWK:
    """The one key that may have signed a token with this header. Raises ``PyJWTError``."""
    if header.get("alg") not in ALGORITHMS:
        raise jwt.InvalidAlgorithmError(f"it is signed by {_word(header.get('alg'))!r}, which proves nothing")
    usable = []
    for row in keys if isinstance(keys, list) else []:
        if not isinstance(row, dict) or row.get("kty") not in {"RSA", "EC"} or row.get("use", "sig") != "sig":
            continue
        try:
            key = jwt.PyJWK(row)
        except jwt.PyJWTError:  # of an algorithm that is not ours to judge; others may be
            continue
        if key.algorithm_name == header["alg"] and header.get("kid", key.key_id) == key.key_id:
            usable.append(key)
    if len(usable) != 1:
        raise jwt.InvalidKeyError(f"{len(usable) or 'none'} of its keys may have signed it")
    return usable[0]


def _object(response: Response) -> dict[str, Any]:
    """A body that is a JSON object. Raises ``Unfetchable``."""
    body = response.json()
    if not isinstance(body, dict):
        raise Unfetchable(f"{urlsplit(response.url).netloc} sent JSON that is no object", reason="garbled")
    return body


def _word(value: object, most: int = 100) -> str:
    """A value of the provider's as it may be shown or sent on."""
    return "".join(c for c in value if c.isascii() and c.isprintable())[:most] if isinstance(value, str) else ""


def _base64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
