"""Actions of all tempers, for a runner in process and for an action server.

As a program it is a rasa-sdk action server with them; it prints the port that it listens on.
"""

from __future__ import annotations

import socket

from rasa_sdk import Action
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection


class Greets(Action):
    """Says what it sees, fills a slot, and tries to change what it was given."""

    def name(self):
        return "action_greets"

    async def run(self, dispatcher, tracker, domain):
        name, colours = tracker.get_slot("name"), tracker.get_slot("colours")
        dispatcher.utter_message(
            text=f"{name} likes {', '.join(colours)}", buttons=[{"title": "x"}]
        )
        dispatcher.utter_message(response="utter_hello", name=name)
        colours.append("black")
        tracker.latest_message["entities"].append({"entity": "spoilt", "value": 1})
        known = sorted(domain["responses"])
        return [
            {"event": "slot", "name": "name", "value": None},
            {"event": "slot", "name": "colours", "value": known},
        ]


class Declines(Action):
    """Does not want to run."""

    def name(self):
        return "action_declines"

    def run(self, dispatcher, tracker, domain):
        raise ActionExecutionRejection(self.name(), "not now")


class Breaks(Action):
    """Fails."""

    def name(self):
        return "action_breaks"

    def run(self, dispatcher, tracker, domain):
        raise ZeroDivisionError("1/0")


class Babbles(Action):
    """Returns what is no slot event."""

    def name(self):
        return "action_babbles"

    def run(self, dispatcher, tracker, domain):
        return [{"event": "slot", "name": "name"}]


class SaysNothing(Action):
    """Returns nothing, as many actions do."""

    def name(self):
        return "action_says_nothing"

    def run(self, dispatcher, tracker, domain):
        return None


ACTIONS = (Greets, Declines, Breaks, Babbles, SaysNothing)


def executor() -> ActionExecutor:
    """An executor with all of them."""
    executor = ActionExecutor()
    for action in ACTIONS:
        executor.register_action(action())
    return executor


def main() -> None:
    """Serve until the process is ended."""
    from rasa_sdk.endpoint import create_app
    from sanic import Sanic

    listener = socket.create_server(("127.0.0.1", 0))
    app = create_app(executor())
    app.prepare(sock=listener, single_process=True, motd=False, access_log=False)
    print(listener.getsockname()[1], flush=True)
    Sanic.serve_single(app)


if __name__ == "__main__":
    main()
