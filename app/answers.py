"""Questions and answers that agents write at the desk: the bot knows them a moment later."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from app.audit import record
from app.database import Database
from app.errors import BadInput, NotFound
from app.models import Answer, Staff

MOST_QUESTIONS = 50
LONGEST_QUESTION = 300
LONGEST_ANSWER = 2_000
MOST = 10_000


class Answers:
    """Keeps them in the database; `changed` is called whenever the bot is to know of something."""

    def __init__(
        self, database: Database, changed: Callable[[], object], clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._changed = changed
        self._clock = clock

    def listed(self) -> list[Answer]:
        """All answers that hold, the newest first, with who wrote each."""
        query = select(Answer).options(joinedload(Answer.staff)).where(Answer.active)
        with self._database.read() as session:
            return list(session.scalars(query.order_by(Answer.id.desc())))

    def show(self, answer_id: int) -> Answer:
        """One answer. Raises NotFound when there is none, or when it was taken out."""
        with self._database.read() as session:
            return _held(session, answer_id)

    def add(self, questions: str, text: str, staff: Staff) -> int:
        """Write a new answer; `questions` are its phrasings, one a line. Raises BadInput."""
        phrasings, answer = _questions(questions), _text(text)
        now = self._clock()
        with self._database.write() as session:
            held = session.scalar(select(func.count()).where(Answer.active)) or 0
            if held >= MOST:
                raise BadInput(f"There are {MOST:,} answers already.")
            row = Answer(questions=phrasings, text=answer, staff_id=staff.id, updated_at=now)
            session.add(row)
            session.flush()
            record(session, now, staff.username, "answer_added", str(row.id))
            answer_id = row.id
        self._changed()
        return answer_id

    def change(self, answer_id: int, questions: str, text: str, staff: Staff) -> None:
        """Write an answer anew. Raises NotFound and BadInput."""
        now = self._clock()
        with self._database.write() as session:
            row = _held(session, answer_id)
            row.questions, row.text = _questions(questions), _text(text)
            row.staff_id, row.updated_at = staff.id, now
            record(session, now, staff.username, "answer_changed", str(answer_id))
        self._changed()

    def take_out(self, answer_id: int, staff: Staff) -> None:
        """The bot forgets an answer; the database keeps it. Raises NotFound."""
        now = self._clock()
        with self._database.write() as session:
            row = _held(session, answer_id)
            row.active, row.staff_id, row.updated_at = False, staff.id, now
            record(session, now, staff.username, "answer_taken_out", str(answer_id))
        self._changed()


def _held(session: Session, answer_id: int) -> Answer:
    answer = session.get(Answer, answer_id)
    if answer is None or not answer.active:
        raise NotFound("There is no such answer.")
    return answer


def _questions(written: str) -> list[str]:
    lines = (" ".join(line.replace("\x00", "").split()) for line in written.splitlines())
    questions = list(dict.fromkeys(line for line in lines if line))
    if not questions:
        raise BadInput("'questions' needs at least one question.")
    if len(questions) > MOST_QUESTIONS:
        raise BadInput(f"'questions' may have at most {MOST_QUESTIONS} lines.")
    for question in questions:
        if len(question) > LONGEST_QUESTION:
            raise BadInput(
                f"'questions' has a line of more than {LONGEST_QUESTION} characters: "
                f"{question[:40]}…"
            )
    return questions


def _text(written: str) -> str:
    text = written.replace("\x00", "").strip()
    if not text:
        raise BadInput("'text' is what the bot answers, and may not be empty.")
    if len(text) > LONGEST_ANSWER:
        raise BadInput(f"'text' may have at most {LONGEST_ANSWER:,} characters.")
    return text
