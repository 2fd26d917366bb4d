"""A short message that goes on with what was just done or told, whatever it was taken for.

"Why?" after a promotion code is about that code, though alone it may be about returns.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction

from dialogue.retail.services import Dispatcher, Events, RetailAction, RetailServices, latest_text

LISTEN = "action_listen"

# Answers the latest message if it goes on with something; None when it does not.
FollowUp = Callable[[RetailServices, Dispatcher, Tracker, Any], Events | None]


class FollowedUp(RetailAction):
    """A retail action; where the message goes on with something else, that is answered instead.

    Only the first action of a turn decides it, and only where no form waits for an answer.
    """

    def __init__(self, action: RetailAction, follow_ups: Sequence[FollowUp]) -> None:
        super().__init__(action.services)
        self.action: Action = action
        self._follow_ups = follow_ups

    def name(self) -> str:
        """The action's own name."""
        return str(self.action.name())

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Any) -> Events:
        """What goes on, or the action."""
        first = tracker.latest_action_name == LISTEN
        if first and latest_text(tracker) and not (tracker.active_loop or {}).get("name"):
            for follow_up in self._follow_ups:
                answered = follow_up(self.services, dispatcher, tracker, domain)
                if answered is not None:
                    goes_on = any(event.get("event") == "followup" for event in answered)
                    return answered if goes_on else [*answered, FollowupAction(LISTEN)]
        events = self.action.run(dispatcher, tracker, domain)
        done: Events = await events if inspect.isawaitable(events) else events
        return done
