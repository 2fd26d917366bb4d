"""Retraining in the background: RQ runs it, the database remembers it, the desk shows it."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, Worker
from sqlalchemy import func, select, update

from app.audit import record
from app.database import Database
from app.errors import NotFound, NotTheOwner, Unavailable
from app.models import Job, Staff

QUEUE = "frontdesk"
TIMEOUT_S = 2 * 60 * 60
_log = logging.getLogger(__name__)
ACTIVE = ("queued", "running")
_NAMES = {"retrain": "A retraining", "api_train": "A training", "api_test": "A test"}


class Jobs:
    """Enqueues jobs and tells how far they are."""

    def __init__(self, database: Database, redis: Redis, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._queue = Queue(QUEUE, connection=redis)
        self._redis = redis
        self._clock = clock

    def enqueue_retrain(self, staff: Staff | None) -> dict[str, Any]:
        """Start a retraining. Raises NotTheOwner while one is under way, Unavailable sans Redis."""
        return self.enqueue("retrain", "app.worker.retrain_job", uuid.uuid4().hex, staff)

    def enqueue(
        self,
        kind: str,
        function: str,
        job_id: str,
        staff: Staff | None = None,
        by: str = "system",
    ) -> dict[str, Any]:
        """Have a worker call `function(job_id)`, named with its module; on the record as `by` whom.

        Raises NotTheOwner while one of its kind is under way, Unavailable without Redis.
        """
        now = self._clock()
        with self._database.write() as session:
            busy = session.scalar(
                select(Job.id).where(Job.kind == kind, Job.state.in_(ACTIVE)).limit(1)
            )
            if busy is not None:
                raise NotTheOwner(f"{_NAMES[kind]} is under way already.")
            job = Job(
                id=job_id,
                kind=kind,
                state="queued",
                step="waiting for a worker",
                progress=0.0,
                staff_id=staff.id if staff else None,
                created_at=now,
            )
            session.add(job)
            record(session, now, staff.username if staff else by, kind, job.id)
        try:
            self._queue.enqueue(function, job.id, job_id=job.id, job_timeout=TIMEOUT_S)
        except RedisError as error:
            self.fail(job.id, "the queue is down")
            raise Unavailable("The job queue cannot be reached right now.") from error
        return self.show(job.id)

    def progress(self, job_id: str, fraction: float, step: str) -> None:
        """Note how far a job is: `fraction` in [0, 1]."""
        self._set(job_id, state="running", progress=min(max(fraction, 0.0), 1.0), step=step[:200])

    def finish(self, job_id: str, result: dict[str, Any]) -> None:
        """Note that a job is done, and what came of it."""
        self._set(
            job_id,
            state="done",
            progress=1.0,
            step="done",
            result=result,
            finished_at=self._clock(),
        )

    def fail(self, job_id: str, error: str) -> None:
        """Note that a job failed, in one line for people."""
        self._set(job_id, state="failed", error=error[:2000], finished_at=self._clock())

    def fail_abandoned(self) -> None:
        """Mark jobs that no worker has any more: the machine stopped in their middle."""
        with self._database.read() as session:
            active = session.scalars(select(Job.id).where(Job.state.in_(ACTIVE))).all()
        for job_id in active:
            job = self._queue.fetch_job(job_id)
            if job is None or job.get_status() in {"failed", "finished", "stopped", "canceled"}:
                self.fail(job_id, "the worker stopped in the middle; start it again")

    def show(self, job_id: str) -> dict[str, Any]:
        """A job as JSON. Raises NotFound."""
        with self._database.read() as session:
            job = session.get(Job, job_id)
        if job is None:
            raise NotFound("There is no such job.")
        return _job_json(job)

    def newest(self, kind: str) -> dict[str, Any] | None:
        """The latest job of a kind, if there was one."""
        with self._database.read() as session:
            job = session.scalar(
                select(Job).where(Job.kind == kind).order_by(Job.created_at.desc()).limit(1)
            )
        return _job_json(job) if job else None

    def is_active(self, job_id: str) -> bool:
        """Whether a job waits or runs."""
        with self._database.read() as session:
            job = session.get(Job, job_id)
        return job is not None and job.state in ACTIVE

    def active(self, kinds: Sequence[str]) -> int:
        """How many jobs of these kinds wait or run."""
        with self._database.read() as session:
            jobs = select(func.count()).where(Job.kind.in_(kinds), Job.state.in_(ACTIVE))
            return session.scalar(jobs) or 0

    def workers(self) -> int:
        """How many workers listen. Raises Unavailable without Redis."""
        try:
            return int(Worker.count(connection=self._redis, queue=self._queue))
        except RedisError as error:
            raise Unavailable("The job queue cannot be reached right now.") from error

    def _set(self, job_id: str, **columns: Any) -> None:
        with self._database.write() as session:
            session.execute(update(Job).where(Job.id == job_id).values(**columns))


def _job_json(job: Job) -> dict[str, Any]:
    return {
        "id": job.id,
        "kind": job.kind,
        "state": job.state,
        "progress": job.progress,
        "step": job.step,
        "result": job.result,
        "error": job.error,
        "created_at": job.created_at.isoformat(),
        "finished_at": job.finished_at.isoformat() if job.finished_at else None,
    }
