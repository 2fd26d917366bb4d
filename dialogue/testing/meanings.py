"""What the messages of a test mean: by the bot's interpreter, or as the test itself says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from dialogue.domain import Domain
from dialogue.stories import UserStep
from nlu.types import Entity, IntentScore, Interpreter, RetrievalHit, Understanding


class ScriptedMeaning:
    """An `Interpreter` that asks another one and, where that is wrong, hands on the test's truth.

    So one mistake of the interpreter does not make all that follows wrong, as in Rasa. With
    `as_heard` the mistake stands, and the conversation goes on as a customer would have it. Without
    another one (`interpreter` None) everything is understood as the test says. `found` is what was
    found in the latest message before the conversation was looked at; None when nothing asked. For
    one conversation at a time.
    """

    def __init__(
        self, interpreter: Interpreter | None, domain: Domain, *, as_heard: bool = False
    ) -> None:
        self._interpreter = interpreter
        self._as_heard = as_heard
        self._domain = domain
        self._step = UserStep(None)
        self.found: Understanding | None = None

    def expect(self, step: UserStep) -> None:
        """The next message is this one."""
        self._step, self.found = step, None

    def parse(self, text: str, message_id: str | None = None) -> Understanding:
        """Understand the message that was announced; of any other the test says nothing."""
        if self._step.text is not None and text != self._step.text:
            return self._interpreter.parse(text) if self._interpreter else Understanding(text)
        if self._interpreter is None or self._step.text is None:
            self.found = truth_of(self._step, Understanding(text))
            return self.found
        self.found = self._interpreter.parse(text, message_id)
        if self._as_heard:
            return self.found
        wrong = wrong_intent(self._step, self.found) or wrong_entities(
            self._step, self.found, self._domain
        )
        return truth_of(self._step, self.found) if wrong else self.found


def truth_of(step: UserStep, found: Understanding) -> Understanding:
    """The understanding, with the intent and the entities that the test gives."""
    if step.intent is None:
        return found
    entry = step.response_key
    return replace(
        found,
        intent_ranking=(IntentScore(step.intent, 1.0),),
        entities=step.entities,
        retrieval=(RetrievalHit(entry, 1.0),) if entry else found.retrieval,
    )


def wrong_intent(step: UserStep, found: Understanding) -> str | None:
    """The intent that was found, when the test gives another one."""
    if step.intent is None:
        return None
    name = found.intent.name if found.intent else None
    if name == step.intent and step.response_key:
        own = (hit.key for hit in found.retrieval if hit.key.startswith(f"{name}/"))
        name = next(own, name)
    return None if name == (step.response_key or step.intent) else name or "nothing"


def wrong_entities(step: UserStep, found: Understanding, domain: Domain) -> bool:
    """Whether other entities were found than the test marks; undeclared ones do not count.

    A slash message says itself what its entities are.
    """
    if step.intent is None or (step.text or "").startswith("/"):
        return False
    unmatched = [entity for entity in found.entities if entity.name in domain.entities]
    for wanted in step.entities:
        fitting = next((one for one in unmatched if _same(wanted, one, step.text or "")), None)
        if fitting is None:
            return True
        unmatched.remove(fitting)
    return bool(unmatched)


def entities_as_text(entities: Iterable[Entity]) -> str:
    """Entities in one line: `city=Rome (to), size=large`."""
    parts = []
    for one in entities:
        detail = ", ".join(part for part in (one.role, one.group) if part)
        parts.append(f"{one.name}={one.value}" + (f" ({detail})" if detail else ""))
    return ", ".join(parts) or "no entities"


def _same(wanted: Entity, found: Entity, text: str) -> bool:
    """The same name, role and group, and the same value; or the same words of the message.

    Where the test marks words without giving a value, whatever they stand for will do.
    """
    if (wanted.name, wanted.role, wanted.group) != (found.name, found.role, found.group):
        return False
    only_marked = wanted.end > wanted.start and wanted.value == text[wanted.start : wanted.end]
    if only_marked and (wanted.start, wanted.end) == (found.start, found.end):
        return True
    return wanted.value is True or str(wanted.value) == str(found.value)
