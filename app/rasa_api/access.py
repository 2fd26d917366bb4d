"""Who may use the HTTP API: the holder of the token, or of a JWT that the shop's server signed.

There is no way in without one of them.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Any

import jwt
from flask import Request, g

from app.errors import Unauthorized
from app.rasa_api.failures import NotAllowed

ALGORITHM = "HS256"
MAX_NAME = 60  # of who did something, in the record


@dataclass(frozen=True)
class Caller:
    """Who asks. `username` is None for the administrator, and else the one sender they may be."""

    name: str
    username: str | None = None

    @property
    def is_admin(self) -> bool:
        """Whether everything is open to them."""
        return self.username is None


class Access:
    """Checks credentials: `?token=`, `Authorization: Bearer <token>` or a JWT as bearer.

    A JWT has the claim `user: {username, role}` with the role `admin` or `user`; `exp` and `nbf`
    are honoured where they stand. JWTs are refused while no `jwt_secret` is set.
    """

    def __init__(self, token: str, jwt_secret: str) -> None:
        self._token = token.encode()
        self._jwt_secret = jwt_secret

    def caller(self, request: Request) -> Caller:
        """Who sends this request. Raises Unauthorized, and NotAllowed for another role."""
        scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
        bearer = bearer.strip() if scheme.lower() == "bearer" else ""
        for given in (request.args.get("token", ""), bearer):
            if given and hmac.compare_digest(given.encode("utf-8", "replace"), self._token):
                return Caller("api")
        if bearer and self._jwt_secret:
            return self._user_of(bearer)
        raise Unauthorized("User is not authenticated.")

    def _user_of(self, token: str) -> Caller:
        try:
            claims: dict[str, Any] = jwt.decode(token, self._jwt_secret, algorithms=[ALGORITHM])
        except (jwt.PyJWTError, ValueError, TypeError) as error:
            raise Unauthorized("User is not authenticated.") from error
        user = claims.get("user")
        username = user.get("username") if isinstance(user, dict) else None
        role = user.get("role") if isinstance(user, dict) else None
        named = username if isinstance(username, str) else ""
        if role == "admin":
            return Caller(f"api:{named[:MAX_NAME] or role}")
        if role == "user" and named:
            return Caller(f"api:{named[:MAX_NAME]}", named)
        raise NotAllowed("User has insufficient permissions.")


def check_reach(caller: Caller, conversation_id: str | None) -> None:
    """Let a user reach their own conversation and nothing else. Raises NotAllowed."""
    if not caller.is_admin and conversation_id != caller.username:
        raise NotAllowed("User has insufficient permissions.")


def admin_only() -> None:
    """Keep a route from users, in their own conversation too. Raises NotAllowed."""
    if not g.caller.is_admin:
        raise NotAllowed("User has insufficient permissions.")
