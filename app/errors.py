"""What can go wrong at the door. The border turns each into a status and one line for people."""


class AppError(Exception):
    """Base of every error that `app` raises. `code` is for programs, the text for people."""

    status = 400
    code = "bad_request"


class BadInput(AppError):
    """A field of a request is missing, of the wrong type, or out of bounds."""

    status = 422
    code = "invalid"


class TextTooLong(AppError):
    """A message is longer than `limit` characters."""

    status = 413
    code = "too_long"


class ChatTooLong(AppError):
    """A conversation at the widget has so many messages that a new one has to be begun."""

    status = 422
    code = "chat_too_long"


class NotFound(AppError):
    """There is no such thing, or it is not the asker's: the two are never told apart."""

    status = 404
    code = "not_found"


class Unauthorized(AppError):
    """No credential, or one that is unknown, expired or revoked."""

    status = 401
    code = "unauthorized"


class IdentityInvalid(Unauthorized):
    """The shop's identity token is forged, expired, or lives longer than is allowed."""

    code = "identity_invalid"


class OtherCustomer(AppError):
    """A conversation belongs to one customer; another may not continue it."""

    status = 409
    code = "other_customer"


class NotTheOwner(AppError):
    """The conversation is not, or no longer, in the hands of whoever wanted to speak."""

    status = 409
    code = "not_the_owner"


class Unavailable(AppError):
    """Something this needs is down for the moment; trying again later will do."""

    status = 503
    code = "unavailable"


class SettingsError(AppError):
    """A setting is missing or unsafe; the text names it."""
