"""How well a model understands what customers say in whole chats, alone and in its place.

    python -m tests.bench.whole_chats --model DIR

The messages of `data/test/whole_chats/*.csv` are read one by one: each is judged as the model takes
it by itself, and as the conversation takes it (`dialogue/expecting.py`), when the messages before
it meant what their labels say. Prints JSON: for each file, for openings, answers, questions and
what is out of scope, how many are taken rightly, declined or asked back, and taken wrongly.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from dialogue.events import ActiveLoop, Event, SlotSet, UserUttered
from dialogue.project import Project, load_project
from dialogue.tracker import Tracker
from nlu.engine import Engine, load_engine
from nlu.labels import intent_of
from nlu.runtime import Runtime
from nlu.types import FALLBACK_INTENT, OUT_OF_SCOPE_INTENT, IntentScore, Understanding

PROJECT = Path(__file__).parents[2] / "data"
CHATS = PROJECT / "test/whole_chats"
DECLINED = (FALLBACK_INTENT, OUT_OF_SCOPE_INTENT)
ALIKE = frozenset({"deny", "stop"})  # to break off is a no
AT_ONCE = 64


class Said(NamedTuple):
    """A message: its chat, the slot that was asked for ("-" if none), its label and its text."""

    chat: str
    asked: str
    intent: str
    text: str


def main() -> None:
    """Judge the model in a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True)
    engine = load_engine(parser.parse_args().model, Runtime("cpu"))
    project = load_project(PROJECT)
    print(json.dumps({file.stem: judged(engine, project, file) for file in files()}, indent=1))


def files() -> list[Path]:
    """The files of chats."""
    return sorted(CHATS.glob("*.csv"))


def read_chats(file: Path) -> list[Said]:
    """The messages of a file, in their order."""
    with file.open(newline="", encoding="utf-8") as lines:
        return [Said(**row) for row in csv.DictReader(lines)]


def judged(engine: Engine, project: Project, file: Path) -> dict[str, Any]:
    """Counts of one file."""
    messages = read_chats(file)
    meanings = list(_understood(engine, [one.text for one in messages]))
    places = list(_places(project, messages))
    counts: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for said, meaning, tracker in zip(messages, meanings, places, strict=True):
        here = project.expected.in_context(meaning, tracker)
        for kind in ("all", _kind(said)):
            counts[kind]["alone"][_verdict(said, meaning)] += 1
            counts[kind]["in its place"][_verdict(said, here)] += 1
    return {kind: {how: dict(found) for how, found in by.items()} for kind, by in counts.items()}


def _understood(engine: Engine, texts: list[str]) -> Iterator[Understanding]:
    for start in range(0, len(texts), AT_ONCE):
        yield from engine.parse_batch(texts[start : start + AT_ONCE])


def _places(project: Project, messages: list[Said]) -> Iterator[Tracker]:
    """The conversation in which each message is said."""
    for chat, members in groupby(messages, key=lambda said: said.chat):
        before: list[Event] = []
        for said in members:
            yield Tracker.from_events(chat, project.domain, [*before, *_asking(project, said)])
            meant = Understanding(said.text, (IntentScore(intent_of(said.intent), 1.0),))
            before.append(UserUttered(said.text, meant))


def _asking(project: Project, said: Said) -> list[Event]:
    """What happens where a form asks for the slot."""
    if said.asked == "-":
        return []
    forms = project.domain.forms.values()
    form = next(form for form in forms if said.asked in form.required_slots)
    return [ActiveLoop(form.name), SlotSet("requested_slot", said.asked)]


def _kind(said: Said) -> str:
    if intent_of(said.intent) != said.intent:
        return "questions"
    if said.intent == OUT_OF_SCOPE_INTENT:
        return "out of scope"
    return "openings and follow-ups" if said.asked == "-" else "answers"


def _verdict(said: Said, meaning: Understanding) -> str:
    """Whether the message is taken rightly; what is out of scope is if it is declined."""
    found, wanted = meaning.intent_ranking[0].name, intent_of(said.intent)
    if wanted != said.intent:
        right = found == wanted and meaning.retrieval[0].key == said.intent
    else:
        right = found == wanted or {found, wanted} <= ALIKE
    if right or (wanted == OUT_OF_SCOPE_INTENT and found in DECLINED):
        return "right"
    return "declined" if found in DECLINED else "wrong"


if __name__ == "__main__":
    main()
