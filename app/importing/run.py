"""An import from beginning to end: whole conversations, some to a transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from app.audit import record
from app.database import Database
from app.errors import BadInput
from app.importing.json_lines import JsonLines
from app.importing.reading import Broken, Found, check_sender, read_event
from app.importing.redis_source import SCHEMES, RedisSource
from app.importing.source import History, Source, Step, Told
from app.importing.sql_source import SqlSource
from app.importing.writing import Outcome, Plan, plan_of, write

# A transaction is short, so that the bot, which may be running, waits for none of them.
MOST_CONVERSATIONS, MOST_EVENTS = 50, 1_000


@dataclass(frozen=True)
class Summary:
    """What an import did, or would do. `new`, `grown` and `unchanged` count conversations,
    `messages` and `events` what was added, `unknown_events` the inert of these by their kind."""

    conversations: int
    new: int
    grown: int
    unchanged: int
    messages: int
    events: int
    unknown_events: dict[str, int]
    broken: int

    def to_json(self) -> dict[str, Any]:
        """The same, as JSON."""
        return dict(self.__dict__)

    def table(self) -> str:
        """The same, for people."""
        unknown = ", ".join(f"{name} {count:,}" for name, count in self.unknown_events.items())
        lines = [
            f"conversations  {self.conversations:>9,}  ({self.new:,} new, {self.grown:,} grown, "
            f"{self.unchanged:,} unchanged)",
            f"messages       {self.messages:>9,}  added",
            f"events         {self.events:>9,}  added",
            *([f"               unknown kinds, kept without effect: {unknown}"] if unknown else []),
            f"broken         {self.broken:>9,}  left out",
        ]
        return "\n".join(lines)


class Importer:
    """Imports into a transcript. What is broken is `told`, and left out."""

    def __init__(
        self, database: Database, clock: Callable[[], datetime], told: Told, *, dry_run: bool
    ) -> None:
        self._database = database
        self._clock = clock
        self._told = told
        self._dry_run = dry_run
        self._counts: Counter[str] = Counter()
        self._unknown: Counter[str] = Counter()

    def run(self, source: Source, step: Step) -> Summary:
        """Import all that the source has. Raises as a Source does, and Unavailable; conversations
        that were written until then stay, and another run goes on after them."""
        batch: list[tuple[str, list[Found]]] = []
        for history in source.histories(self._tell, step):
            batch += self._read(history)
            events = sum(len(found) for _, found in batch)
            if len(batch) >= MOST_CONVERSATIONS or events >= MOST_EVENTS:
                self._import(batch)
                batch = []
        self._import(batch)
        summary = self._summary()
        if not self._dry_run:
            told = {key: value for key, value in summary.to_json().items() if value}
            with self._database.write() as session:
                now = self._clock()
                record(session, now, "command line", "import", "conversations", **told)
        return summary

    def _read(self, history: History) -> Iterator[tuple[str, list[Found]]]:
        """The sender and what is sound of the events, if there is any of it."""
        found = []
        for row in history.rows:
            try:
                sender = check_sender(history.sender_id)
                found.append(read_event(row.raw))
            except Broken as error:
                self._tell(row.place, str(error))
        if found:
            yield sender, found

    def _import(self, batch: list[tuple[str, list[Found]]]) -> None:
        enter = self._database.read if self._dry_run else self._database.write
        plans = []
        with enter() as session:
            for sender, found in batch:
                plan = plan_of(session, sender, found, self._clock())
                plans.append(plan)
                if not self._dry_run:
                    write(session, plan)
        for plan in plans:
            self._count(plan)

    def _count(self, plan: Plan) -> None:
        self._counts[plan.outcome] += 1
        self._counts["messages"] += plan.messages
        self._counts["events"] += len(plan.new)
        kinds = [entry.found.data["event"] for entry in plan.new if not entry.found.known]
        self._unknown.update(kinds)

    def _tell(self, place: str, reason: str) -> None:
        self._counts["broken"] += 1
        self._told(place, reason)

    def _summary(self) -> Summary:
        outcomes = {outcome.value: self._counts[outcome] for outcome in Outcome}
        return Summary(
            conversations=sum(outcomes.values()),
            **outcomes,
            messages=self._counts["messages"],
            events=self._counts["events"],
            unknown_events=dict(sorted(self._unknown.items())),
            broken=self._counts["broken"],
        )


def source_of(text: str, prefix: str | None = None) -> Source:
    """What a SQLAlchemy URL, a redis:// URL or a file's name stands for.

    Raises BadInput and NotFound.
    """
    scheme, separator, _ = text.partition("://")
    if separator and scheme in SCHEMES:
        return RedisSource(text, prefix)
    if prefix is not None:
        raise BadInput("--prefix is of keys in Redis")
    return SqlSource(text) if separator else JsonLines(Path(text))
