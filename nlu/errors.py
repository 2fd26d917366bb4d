"""What can go wrong while understanding a message or loading a model."""

from __future__ import annotations

from collections.abc import Sequence


class NluError(Exception):
    """Base of every error that `nlu` raises. The message says what, where and what to do."""


class InterpreterUnavailable(NluError):
    """The interpreter did not answer within its deadline; the message was not understood."""


class InterpreterOverloaded(InterpreterUnavailable):
    """The interpreter's queue is full; the caller may try again later."""


class ModelRefused(NluError):
    """A model folder is incomplete, altered, or of a format this version cannot read."""


class SourceError(NluError):
    """A mistake in a file a person wrote. `str(error)` starts with ``file:line:``."""

    def __init__(self, message: str, file: str, line: int | None = None) -> None:
        self.file = file
        self.line = line
        place = file if line is None else f"{file}:{line}"
        super().__init__(f"{place}: {message}")


class SourceErrors(SourceError):
    """Several mistakes, a line each; `file` and `line` are those of the first."""

    def __init__(self, errors: Sequence[SourceError]) -> None:
        self.errors = tuple(errors)
        self.file, self.line = errors[0].file, errors[0].line
        NluError.__init__(self, "\n".join(map(str, errors)))
