"""What an action is given: the conversation, the words, and a way to run custom actions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from dialogue.actions.runner import ActionRunner
from dialogue.domain import REQUESTED_SLOT, Domain
from dialogue.errors import WordingFailed
from dialogue.events import BotUttered, Event, SlotSet
from dialogue.messages import BotMessage
from dialogue.repeating import last_wording
from dialogue.responses import Responses, Utterance
from dialogue.tracker import Tracker
from nlu.source import nearest


@dataclass(frozen=True)
class ActionContext:
    """One action's surroundings.

    An action returns the events it wants; it changes neither the tracker nor anything else.
    `problems` collects, for the operator, what went wrong without stopping the action.
    """

    tracker: Tracker
    domain: Domain
    responses: Responses
    runner: ActionRunner
    channel: str
    problems: list[str] = field(default_factory=list)

    def supposing(self, events: Iterable[Event]) -> ActionContext:
        """The same surroundings, after these events."""
        supposed = list(events)
        if not supposed:
            return self
        tracker = self.tracker.copy()
        tracker.apply(*supposed)
        return replace(self, tracker=tracker)

    def utter(self, name: str) -> list[Event]:
        """Say a response of the domain; nothing when it has none that is meant for now."""
        message = self._worded(Utterance(response=name))
        if message is not None:
            return [BotUttered(message)] if _says_something(message) else []
        if name in self.domain.responses:
            self.problems.append(f"no wording of '{name}' is meant for the channel or the slots")
        return []

    def utter_or_note(self, name: str) -> list[Event]:
        """Say a response that only an NLG server may know, or note that nobody does."""
        said = self.utter(name)
        if not said and not self.responses.is_served:
            self.problems.append(f"there is no response '{name}' to say")
        return said

    def utter_or(self, name: str, text: str) -> list[Event]:
        """Say a response of the domain, or this text when there is none."""
        return self.utter(name) or [BotUttered(BotMessage(text=text))]

    def run_custom(self, name: str) -> list[Event]:
        """Run a custom action: what it says, then the events it returns.

        Raises what the runner raises.
        """
        result = self.runner.run(name, self.tracker, self.domain)
        said: list[Event] = []
        for utterance in result.responses:
            message = self._worded(utterance)
            if message is None:
                hint = nearest(utterance.response or "", self.domain.responses)
                self.problems.append(
                    f"the action '{name}' wants the unknown response '{utterance.response}'{hint}"
                )
            else:
                said.append(BotUttered(message))
        self._note_unknown_slots(name, result.events)
        return [*said, *result.events]

    def run_own_or(
        self, name: str, default: Callable[[ActionContext], Sequence[Event]]
    ) -> Sequence[Event]:
        """Run the project's own action of this name if it has one, else the default one."""
        return self.run_custom(name) if name in self.domain.declared_actions else default(self)

    def _worded(self, utterance: Utterance) -> BotMessage | None:
        """An utterance in the NLG server's words if there is one and it answers, else our own."""
        served = None
        if utterance.response is not None:
            try:
                served = self.responses.served(
                    utterance.response, self.tracker, self.channel, utterance.variables
                )
            except WordingFailed as error:
                self.problems.append(str(error))
        before = last_wording(self.tracker, utterance.response) if utterance.response else None
        return self.responses.say_utterance(
            utterance, self.tracker.slots, self.channel, served, before
        )

    def _note_unknown_slots(self, name: str, events: Iterable[Event]) -> None:
        slots = [event.name for event in events if isinstance(event, SlotSet)]
        for slot in slots:
            if slot not in self.domain.slots and slot != REQUESTED_SLOT:
                hint = nearest(slot, self.domain.slots)
                self.problems.append(f"the action '{name}' set the unknown slot '{slot}'{hint}")


def _says_something(message: BotMessage) -> bool:
    return message.text is not None or any(message.data().values())
