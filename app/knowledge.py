"""What the bot can look up beside its model: documents and the desk's answers, handed to the host.

They are written to one file among the models, which the NLU host follows as it follows the pointer
to the serving model: it builds a new index beside the old one and puts it in its place.
"""

from __future__ import annotations

import fcntl
import logging
import threading
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import select

from app.database import Database
from app.documents.reading import Document, documents_in, read_documents
from app.models import Answer
from nlu.answers.entries import ANSWERS_FILE, Entry, read_entries, write_entries
from nlu.errors import SourceError

_log = logging.getLogger(__name__)
USUAL = "faq"
LOOK_S = 2.0
LONGEST_TITLE = 80


class Knowledge:
    """Reads, writes, and watches the folder of documents.

    `intent` is the retrieval intent under which the bot's rules answer what is found; without
    one, nothing can be looked up.
    """

    def __init__(
        self, database: Database, project: Path, models_dir: Path, address: str, intent: str | None
    ) -> None:
        self._database = database
        self._project = project
        self._file = models_dir / ANSWERS_FILE
        self._address = address
        self.intent = intent
        self.broken: tuple[SourceError, ...] = ()
        self._seen: list[tuple[str, int, int]] | None = None
        self._told: tuple[Entry, ...] = ()  # what the documents say, as they were seen last
        # Under gevent a greenlet that waits for the file's lock stops them all, also the one that
        # holds it: within a process they wait here.
        self._turn = threading.Lock()
        self._stopping = threading.Event()

    def start(self) -> None:
        """Publish, and again whenever a document changes."""
        threading.Thread(target=self._watch, name="documents", daemon=True).start()

    def stop(self) -> None:
        """Stop watching."""
        self._stopping.set()

    def publish(self) -> int:
        """Write all entries for the host, unless they stand there already; returns how many."""
        if self.intent is None:
            return 0
        self._file.parent.mkdir(parents=True, exist_ok=True)
        # Whoever writes last has read last, or an answer of another process would be lost.
        with self._turn, self._file.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._read_documents(self.intent)
            entries = (*self._told, *self._answers(self.intent))
            if entries != _written(self._file):
                write_entries(entries, self._file)
                _log.info("%d entries can be looked up", len(entries))
        return len(entries)

    def _read_documents(self, intent: str) -> None:
        """Read them if one has changed: a PDF takes long, and an answer is to be known at once."""
        now = _state(self._project)
        if now == self._seen:
            return
        documents, broken = read_documents(self._project)
        for error in broken:
            _log.warning("a document is left out: %s", error)
        self.broken = tuple(broken)
        self._told = tuple(passages(documents, intent, self._address))
        self._seen = now

    def _answers(self, intent: str) -> list[Entry]:
        with self._database.read() as session:
            rows = session.scalars(select(Answer).where(Answer.active).order_by(Answer.id)).all()
        return [
            Entry(f"{intent}/desk-{row.id}", question, row.text)
            for row in rows
            for question in row.questions
        ]

    def _watch(self) -> None:
        published = None
        while True:
            now = _state(self._project)
            if now != published:
                try:
                    self.publish()
                    published = now
                except Exception:  # such as a database that is away: it is tried again
                    _log.exception("the documents could not be published")
            if self._stopping.wait(LOOK_S):
                return


def answering_intent(responses: Iterable[str]) -> str | None:
    """The retrieval intent under which documents and the desk's answers are found: ``faq``, or else
    the one with the most answers of its own, ``utter_<intent>/<key>``; None without any."""
    keys = (name.removeprefix("utter_") for name in responses if "/" in name)
    counts = Counter(key.split("/", 1)[0] for key in keys)
    return max(sorted(counts), key=lambda name: (name == USUAL, counts[name]), default=None)


def _state(project: Path) -> list[tuple[str, int, int]]:
    """What changes when a document does."""
    found = []
    for path in documents_in(project):
        try:
            status = path.stat()
        except OSError:
            continue
        found.append((path.name, status.st_mtime_ns, status.st_size))
    return found


def _written(file: Path) -> tuple[Entry, ...] | None:
    try:
        return read_entries(file) if file.exists() else None
    except SourceError:
        return None


def passages(documents: Sequence[Document], intent: str, address: str) -> list[Entry]:
    """Every sentence of the documents, under the key of its section."""
    return [
        Entry(
            key=f"{intent}/{document.name}#{section.anchor or number}",
            text=sentence,
            answer=sentence,
            title=_title(document, section.headings),
            link=f"{address}/documents/{quote(document.name)}#{quote(section.anchor, safe='=')}",
            passage=True,
        )
        for document in documents
        for number, section in enumerate(document.sections)
        for sentence in section.sentences
    ]


def _title(document: Document, headings: Sequence[str]) -> str:
    """The document's title, and the heading the passage stands under."""
    here = headings[-1] if headings else ""
    title = document.title if here in ("", document.title) else f"{document.title} › {here}"
    return title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1]}…"
