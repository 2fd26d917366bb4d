"""Commands that happen once: what was done under a key is kept for a while, and answered again."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from dialogue.orders.models import DoneCommand
from dialogue.orders.views import Viewer
from dialogue.orders.wire import from_json, to_json

KEPT = timedelta(hours=24)
_FORGOTTEN_AT_ONCE = 100

Result = TypeVar("Result")


def done_before(session: Session, kind: type[Result], name: str, moment: datetime) -> Result | None:
    """What the command of this name (see `name_of`) gave before, unless that is too long ago."""
    row = session.get(DoneCommand, name)
    if row is None or row.done_at <= moment - KEPT:
        return None
    return from_json(kind, row.result)


def keep(session: Session, result: object, name: str, moment: datetime) -> None:
    """Keep what a command gave, in its own transaction; and forget some that are too old."""
    old = (
        select(DoneCommand.name)
        .where(DoneCommand.done_at <= moment - KEPT)
        .limit(_FORGOTTEN_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    session.execute(delete(DoneCommand).where(DoneCommand.name.in_(session.scalars(old).all())))
    session.merge(DoneCommand(name=name, result=to_json(result), done_at=moment))


def name_of(command: str, viewer: Viewer, number: str, key: str) -> str:
    """A name for a command of one customer on one order under a key; it tells none of these."""
    parts = json.dumps([command, viewer.customer_id, number, key])
    return hashlib.sha256(parts.encode()).hexdigest()
