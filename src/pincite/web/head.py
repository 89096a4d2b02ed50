"""What does HEAD get? What GET would get, without the body. One place for every route."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Head:
    """ASGI middleware: asks as ``GET``, sends the head, and has then left, so that no stream goes on for nobody.

    ``head`` is in the scope then: a handler for which a GET is work can refuse.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return
        begun = False

        async def out(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start" and not begun:
                # The server looks here to know that no body follows.
                scope["method"], begun = "HEAD", True
                await send(message)
                await send({"type": "http.response.body"})

        async def left() -> Message:
            return {"type": "http.disconnect"} if begun else await receive()

        scope["method"], scope["head"] = "GET", True
        try:
            await self.app(scope, left, out)
        finally:
            scope["method"] = "HEAD"
