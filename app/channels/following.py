"""Following a conversation for one listener: every message once, in order, as it is said."""

from __future__ import annotations

import contextlib
import logging
import queue
from collections.abc import Callable
from typing import Any

from redis import Redis
from redis.exceptions import RedisError

from app.channels.sse import HEARTBEAT_S, POLL_WITHOUT_REDIS_S
from app.errors import Unavailable
from app.live import Bell, Live

_log = logging.getLogger(__name__)
MARKS_TTL_S = 7 * 24 * 3600
_LEFT = "left"
_MEMBER = "seq"


class Follower:
    """Hands `tell` each message that a conversation has after number `after`.

    As with the widget's stream, a bell is only the wake-up and the database has the words. `run`
    blocks until `leave` is called, which any thread may do, or the process stops.
    """

    def __init__(
        self,
        live: Live,
        conversation_id: str,
        after: int,
        read_after: Callable[[str, int], list[dict[str, Any]]],
        tell: Callable[[dict[str, Any]], None],
    ) -> None:
        self.conversation_id = conversation_id
        self._live = live
        self._last = after
        self._read_after = read_after
        self._tell = tell
        self._left = False
        self._inbox: queue.Queue[Bell] | None = None

    def run(self) -> None:
        """Follow until the end."""
        with self._live.watch(self.conversation_id) as inbox:
            self._inbox = inbox
            while not self._left:
                if not self._catch_up():
                    self._wait(inbox)

    def leave(self) -> None:
        """Tell no more."""
        self._left = True
        if self._inbox is not None:
            with contextlib.suppress(queue.Full):  # a full one wakes up anyway
                self._inbox.put_nowait(Bell(self.conversation_id, _LEFT))

    def _catch_up(self) -> bool:
        """Tell what is new; whether there was something, and so may be more."""
        try:
            said = self._read_after(self.conversation_id, self._last)
        except Unavailable:
            return False
        for message in said:
            if self._left:
                return False
            self._tell(message)
            self._last = message["seq"]
        return bool(said)

    def _wait(self, inbox: queue.Queue[Bell]) -> None:
        """Until something was said, or might have been unheard."""
        wait = HEARTBEAT_S if self._live.connected else POLL_WITHOUT_REDIS_S
        try:
            while (kind := inbox.get(timeout=wait).kind) not in ("wake", "stop", _LEFT):
                pass
        except queue.Empty:
            return
        self._left = self._left or kind == "stop"


class Marks:
    """The number of the last message that a conversation's listeners were told, in Redis.

    It is for listeners that come back: losing it costs them what was said meanwhile, no more.
    """

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def read(self, conversation_id: str) -> int | None:
        """The number; None when it is not known."""
        try:
            score: Any = self._redis.zscore(_key(conversation_id), _MEMBER)
        except RedisError:
            return None
        return None if score is None else int(score)

    def note(self, conversation_id: str, seq: int) -> None:
        """Remember that `seq` was told; a lower number than the known one changes nothing."""
        key = _key(conversation_id)
        try:
            pipeline = self._redis.pipeline()
            pipeline.zadd(key, {_MEMBER: seq}, gt=True)
            pipeline.expire(key, MARKS_TTL_S)
            pipeline.execute()
        except RedisError as error:
            _log.info("what was told in %s is not noted: %s", conversation_id, error)


def _key(conversation_id: str) -> str:
    return f"frontdesk:told:{conversation_id}"
