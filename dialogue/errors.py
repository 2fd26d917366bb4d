"""What can go wrong while a turn is taken. Mistakes in YAML are `nlu.errors.SourceError`."""


class DialogueError(Exception):
    """Base of every error that `dialogue` raises. The message says what, where and what to do."""


class EventError(DialogueError):
    """A JSON object is not a Rasa event, or lacks what its kind of event needs."""


class NoSuchName(DialogueError):
    """The domain has no intent or no action of this name."""


class ActionError(DialogueError):
    """A custom action gave no result."""

    def __init__(self, name: str, message: str) -> None:
        self.name = name
        super().__init__(message)


class ActionRejected(ActionError):
    """The action declined to run: another one should be predicted in its place."""


class ActionNotFound(ActionError):
    """No action of this name is registered with the runner."""


class ActionFailed(ActionError):
    """The action raised, answered nonsense, or did not answer in time."""


class WordingFailed(DialogueError):
    """The NLG server gave no message; the domain's own words are said."""


class StoreUnavailable(DialogueError):
    """The tracker store cannot be reached; trackers can be rebuilt from the event log."""


class LockUnavailable(DialogueError):
    """The conversation's lock could not be had in time, or the lock store is down."""
