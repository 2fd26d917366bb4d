"""A conversation's tracker: from Redis while that is up to date, else from the event log."""

from __future__ import annotations

import logging

from app.database import Database
from app.errors import Unavailable
from app.transcript import event_log
from dialogue.agent import Agent
from dialogue.errors import StoreUnavailable
from dialogue.events import Unread
from dialogue.kept_trackers import KeptTrackers
from dialogue.store import TrackerStore
from dialogue.tracker import Tracker

_log = logging.getLogger(__name__)


class Trackers:
    """Loads and keeps trackers; whoever holds the conversation's lock does so for it."""

    def __init__(self, database: Database, agent: Agent, store: TrackerStore) -> None:
        self._database = database
        self._agent = agent
        self._kept = KeptTrackers(store, agent.tracker_of)

    def load(self, conversation_id: str, sender: str, event_count: int) -> Tracker:
        """The tracker after the first `event_count` events of the log.

        An entry of the log that is no event has no effect and is named in ours.
        """
        try:
            kept = self._kept.load(conversation_id, sender, event_count)
        except StoreUnavailable:
            kept = None
        return kept or self.folded(conversation_id, sender)

    def folded(self, conversation_id: str, sender: str) -> Tracker:
        """The tracker as the event log has it, which needs no lock."""
        with self._database.read() as session:
            tracker = self._agent.tracker_of(sender, event_log(session, conversation_id))
        for position, event in enumerate(tracker.events, 1):
            if isinstance(event, Unread):
                _log.error("event %d of %s: %s", position, conversation_id, event.problem)
        return tracker

    def keep(self, conversation_id: str, tracker: Tracker, position: int) -> None:
        """Keep a tracker for the next turn; a store that is down only costs time."""
        try:
            self._kept.keep(conversation_id, tracker, position)
        except StoreUnavailable as error:
            _log.warning("tracker of %s not kept, the event log has it: %s", conversation_id, error)

    def forget(self, conversation_id: str) -> None:
        """Before the log is rewritten: what was kept is worth nothing. Raises Unavailable."""
        try:
            self._kept.drop(conversation_id)
        except StoreUnavailable as error:
            raise Unavailable("The tracker store cannot be reached right now.") from error
