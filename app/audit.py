"""The record of who did what, written in the transaction of the deed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.models import AuditEvent


def record(
    session: Session, now: datetime, actor: str, action: str, subject: str, **detail: Any
) -> None:
    """Add one line to the audit log. `subject` is an id, never what a customer typed."""
    session.add(AuditEvent(at=now, actor=actor, action=action, subject=subject, detail=detail))
