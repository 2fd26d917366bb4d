"""What can go wrong while a model is made or managed."""


class TrainingError(Exception):
    """Base of every error that `training` raises. The message says what, where and what to do."""


class NotEnoughExamples(TrainingError):
    """There is too little to learn from."""


class ContradictingExamples(TrainingError):
    """The same sentence stands under two intents."""


class NoSuchModel(TrainingError):
    """The registry has no model of that name."""


class UnknownSetting(TrainingError):
    """A recipe has no such setting, or it cannot have that value."""


class UnknownIntent(TrainingError):
    """An example has an intent that a model or a project does not know."""
