"""Trackers between turns: folded ones of this process beside the store that all share."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from dialogue.store import StoredTracker, TrackerStore
from dialogue.tracker import Tracker

MOST_EVENTS = 20_000  # of all trackers that this process keeps folded; some 1 to 2 KB each
SHARE = 10  # a longer tracker counts for a tenth of those: it displaces few others, never itself


@dataclass(frozen=True)
class _Place:
    """Where a tracker is in the store: an edition, and how many of its events."""

    edition: str
    position: int


class KeptTrackers:
    """Keeps trackers between turns, so that a turn reads and writes only what is new.

    `fold` makes a tracker of a sender and events (Rasa's JSON). Who holds a conversation's lock
    calls these methods for it; they raise StoreUnavailable. The store decides what is so: without
    it, or when it has something else, a folded tracker counts for nothing.
    """

    def __init__(
        self,
        store: TrackerStore,
        fold: Callable[[str, Iterable[Mapping[str, Any]]], Tracker],
        most_events: int = MOST_EVENTS,
    ) -> None:
        self._store = store
        self._fold = fold
        self._most = most_events
        self._guard = threading.Lock()
        self._folded: OrderedDict[str, Tracker] = OrderedDict()  # used least recently first
        self._count = 0
        self._places: WeakKeyDictionary[Tracker, _Place] = WeakKeyDictionary()

    def load(self, conversation_id: str, sender_id: str, position: int) -> Tracker | None:
        """The tracker after `position` events; None when that is not what is kept.

        The caller has it for itself until it gives it to `keep`, or drops it.
        """
        tracker = self._take(conversation_id, sender_id)
        place = self._place(tracker)
        if tracker is None or place is None:
            stored = self._store.load(conversation_id)
        else:
            stored = self._store.load(conversation_id, place.position, place.edition)
        if stored is None or stored.position != position:
            return None
        tracker = self._brought_up(tracker, stored, sender_id)
        self._put(tracker, _Place(stored.edition, position))
        return tracker

    def keep(self, conversation_id: str, tracker: Tracker, position: int) -> None:
        """Keep the tracker, whose events are the first `position` of the log.

        One that lacks some of them is not kept.
        """
        if len(tracker.events) != position:
            return
        place = self._place(tracker)
        if place is not None and self._appended(conversation_id, place, tracker):
            edition = place.edition
        else:
            events = [event.to_json() for event in tracker.events]
            edition = self._store.save(conversation_id, events)
        self._put(tracker, _Place(edition, position))
        self._give_back(conversation_id, tracker)

    def drop(self, conversation_id: str) -> None:
        """Forget a conversation."""
        self._take(conversation_id, "")
        self._store.drop(conversation_id)

    def _brought_up(
        self, tracker: Tracker | None, stored: StoredTracker, sender_id: str
    ) -> Tracker:
        if tracker is None or not stored.since:
            return self._fold(sender_id, stored.events)
        if stored.events:
            tracker.apply(*self._fold(sender_id, stored.events).events)
        return tracker

    def _appended(self, conversation_id: str, place: _Place, tracker: Tracker) -> bool:
        new = [event.to_json() for event in tracker.events[place.position :]]
        return self._store.append(conversation_id, place.edition, place.position, new)

    def _place(self, tracker: Tracker | None) -> _Place | None:
        with self._guard:
            return None if tracker is None else self._places.get(tracker)

    def _put(self, tracker: Tracker, place: _Place) -> None:
        with self._guard:
            self._places[tracker] = place

    def _take(self, conversation_id: str, sender_id: str) -> Tracker | None:
        with self._guard:
            tracker = self._folded.pop(conversation_id, None)
            if tracker is None:
                return None
            self._count -= self._weight(tracker)
            return tracker if tracker.sender_id == sender_id else None

    def _give_back(self, conversation_id: str, tracker: Tracker) -> None:
        with self._guard:
            older = self._folded.pop(conversation_id, None)
            self._count += self._weight(tracker) - (self._weight(older) if older else 0)
            self._folded[conversation_id] = tracker
            while self._count > self._most:
                _, dropped = self._folded.popitem(last=False)
                self._count -= self._weight(dropped)

    def _weight(self, tracker: Tracker) -> int:
        return min(len(tracker.events), max(1, self._most // SHARE))
