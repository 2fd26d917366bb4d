"""The people at the desk: their accounts, passwords (argon2) and roles."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select

from app.audit import record
from app.database import Database
from app.errors import BadInput, Unavailable
from app.models import Staff

ROLES = ("agent", "admin")
MIN_PASSWORD = 10
_hasher = PasswordHasher()
# Checked when the name is unknown, so that both answers take the same time.
_NOBODY = _hasher.hash("nobody has this password")


class StaffAccounts:
    """Makes accounts and checks passwords."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def add(self, username: str, name: str, password: str, role: str = "agent") -> Staff:
        """Make an account. Raises BadInput for a taken name, a short password, a wrong role."""
        username, name = username.strip().casefold(), name.strip()
        if not username or not name:
            raise BadInput("An account needs a user name and a name.")
        if role not in ROLES:
            raise BadInput(f"There is no role '{role}': use one of {', '.join(ROLES)}.")
        _check_length(password)
        with self._database.write() as session:
            if session.scalar(select(Staff.id).where(Staff.username == username)) is not None:
                raise BadInput(f"There is an account '{username}' already.")
            staff = Staff(
                username=username,
                name=name,
                role=role,
                password_hash=_hasher.hash(password),
                session_epoch=0,
                active=True,
                created_at=self._clock(),
            )
            session.add(staff)
            session.flush()
            record(session, self._clock(), "system", "staff_added", username, role=role)
        return staff

    def check(self, username: str, password: str) -> Staff | None:
        """The account, if the password is right and it is active; the same work either way."""
        with self._database.read() as session:
            staff = session.scalar(
                select(Staff).where(Staff.username == username.strip().casefold())
            )
        right = _matches(staff.password_hash if staff else _NOBODY, password)
        return staff if staff is not None and right and staff.active else None

    def change_password(self, staff_id: int, password: str) -> int:
        """Set a new password; every older session of the account dies. Returns the new epoch."""
        _check_length(password)
        with self._database.write() as session:
            staff = session.get_one(Staff, staff_id)
            staff.password_hash = _hasher.hash(password)
            staff.session_epoch += 1
            record(session, self._clock(), staff.username, "password_changed", staff.username)
            return staff.session_epoch

    def by_session(self, staff_id: int, epoch: int) -> Staff | None:
        """The account a session cookie names, unless it was switched off or its epoch passed."""
        with self._database.read() as session:
            staff = session.get(Staff, staff_id)
        if staff is None or not staff.active or staff.session_epoch != epoch:
            return None
        return staff

    def still_in(self, staff_id: int, epoch: int) -> bool:
        """Whether a session still counts; while the database is away, nobody is thrown out."""
        try:
            return self.by_session(staff_id, epoch) is not None
        except Unavailable:
            return True

    def anyone(self) -> bool:
        """Whether there is any account yet."""
        with self._database.read() as session:
            return session.scalar(select(Staff.id).limit(1)) is not None


def _check_length(password: str) -> None:
    if len(password) < MIN_PASSWORD:
        raise BadInput(f"A password needs at least {MIN_PASSWORD} characters.")


def _matches(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False
