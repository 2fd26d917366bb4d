"""python-socketio's server, with what a door to the open internet needs besides."""

from __future__ import annotations

from typing import Any

import engineio
import socketio
from engineio.async_drivers.threading import SimpleWebSocketWSGI

MOST_BYTES = 64 * 1024  # of one message of a client


class BoundedServer(socketio.Server):
    """A socket.io server in whose threads (under gevent: greenlets) no client can stay for ever."""

    def __init__(self, **options: Any) -> None:
        super().__init__(async_mode="threading", max_http_buffer_size=MOST_BYTES, **options)

    def _engineio_server_class(self) -> type[engineio.Server]:
        return _Engine


class _Engine(engineio.Server):
    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._async = {**self._async, "websocket": _BoundedWebSocket}  # type: ignore[has-type]

    def disconnect(self, sid: str | None = None) -> None:
        """Close a socket, or all, and not wait for a poll that a rude client never makes."""
        for closing in list(self.sockets) if sid is None else [sid]:
            socket = self.sockets.pop(closing, None)
            if socket is not None:
                socket.close(wait=False, reason=self.reason.SERVER_DISCONNECT)


class _BoundedWebSocket(SimpleWebSocketWSGI):
    """A websocket that is closed as soon as a message grows too large.

    Else a message is read whole, however large, before its size is looked at.
    """

    def __init__(self, handler: Any, server: Any, **options: Any) -> None:
        super().__init__(handler, server, max_message_size=MOST_BYTES, **options)
