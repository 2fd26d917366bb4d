"""What stands before Ray Serve's HTTP proxy: when a replica dies with a request, ask another.

Ray sends a request elsewhere only as long as no replica has taken it. One whose replica dies later
is lost: the proxy has nothing to send. Parsing changes nothing, so it may be asked again, by us
rather than by whoever asked us. What Ray itself refuses is said in the host's words here.

Ray finds `middlewares` by `CALLBACK` in the environment of its proxies.
"""

from __future__ import annotations

import logging

from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nlu.contract import BadRequest, failure, read_body

_log = logging.getLogger(__name__)

CALLBACK = {"RAY_SERVE_HTTP_PROXY_CALLBACK_IMPORT_PATH": "nlu.ray_door.middlewares"}
TIMES = 3  # a question is asked: one that itself kills replicas must not kill them all


def middlewares() -> list[Middleware]:
    """What Ray is to put before its proxy."""
    return [Middleware(Door)]


class Door:
    """ASGI around Ray's proxy. Holds a request's body and its answer until the answer is whole."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            body = await read_body(Request(scope, receive))
        except ClientDisconnect:
            return
        except BadRequest as error:
            await failure(error.status, str(error))(scope, receive, send)
            return
        for _ in range(TIMES):
            attempt = Attempt(body, receive)
            own = {**scope, "headers": [*scope["headers"]]}  # Ray writes into them
            await self._app(own, attempt.receive, attempt.send)
            if attempt.gone:
                return
            if attempt.refused:
                await failure(503, attempt.text)(scope, receive, send)
                return
            if attempt.whole:
                for message in attempt.sent:
                    await send(message)
                return
            _log.warning("a replica died with a request")
        await failure(503, f"{TIMES} replicas died")(scope, receive, send)


class Attempt:
    """One time that a request is put to the cluster, and what came of it."""

    def __init__(self, body: bytes, receive: Receive) -> None:
        self.sent: list[Message] = []
        self.gone = False  # nobody waits for the answer any more
        self._body: bytes | None = body
        self._receive = receive

    async def receive(self) -> Message:
        """The body, as if it had just come; after it, whatever comes from the client."""
        if self._body is not None:
            body, self._body = self._body, None
            return {"type": "http.request", "body": body, "more_body": False}
        message = await self._receive()
        self.gone = message["type"] == "http.disconnect"
        return message

    async def send(self, message: Message) -> None:
        """Keep a part of the answer."""
        self.sent.append(message)

    @property
    def whole(self) -> bool:
        """Whether the answer came to its end."""
        if not self.sent or self.sent[-1]["type"] != "http.response.body":
            return False
        return not self.sent[-1].get("more_body", False)

    @property
    def refused(self) -> bool:
        """Whether Ray itself answers that it cannot: our replicas' refusals are JSON."""
        if not self.whole or self.sent[0]["status"] not in {408, 429, 503}:
            return False
        return b"application/json" not in dict(self.sent[0]["headers"]).values()

    @property
    def text(self) -> str:
        """The body of the answer."""
        return b"".join(one.get("body", b"") for one in self.sent).decode("utf-8", "replace")
