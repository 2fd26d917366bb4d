"""The worker process: RQ takes jobs off the queue; each runs in a child process of its own."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from rq import Queue, Worker
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from app import api_jobs
from app.clock import utc_now
from app.database import Database
from app.errors import AppError
from app.jobs import QUEUE, Jobs
from app.settings import Settings, load_settings
from nlu.errors import NluError
from training.errors import TrainingError

_log = logging.getLogger(__name__)


def work(settings: Settings) -> None:
    """Work until stopped. Waits for Redis at the start, which may still be starting."""
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    redis = _connected(settings.effective_redis_url)
    database = Database(settings.transcript_url)
    jobs = Jobs(database, redis, utc_now)
    jobs.fail_abandoned()
    api_jobs.sweep(settings, jobs.is_active, utc_now())
    database.close()
    Worker([Queue(QUEUE, connection=redis)], connection=redis).work()


def retrain_job(job_id: str) -> None:
    """A retraining asked for at the desk. Its progress and outcome stand in the job's row."""
    # Only the job's own process needs what these import: half a gigabyte, several seconds.
    from app.build import build
    from app.retraining import retrain

    frontdesk = build(load_settings())
    try:
        result = retrain(
            frontdesk,
            promote=False,
            afresh=False,
            progress=lambda fraction, step: frontdesk.jobs.progress(job_id, fraction, step),
        )
        frontdesk.jobs.finish(job_id, result)
    except (AppError, NluError, TrainingError) as error:
        _log.warning("retraining %s failed: %s", job_id, error)
        frontdesk.jobs.fail(job_id, str(error))
    except Exception as error:
        _log.exception("retraining %s failed", job_id)
        frontdesk.jobs.fail(job_id, f"{type(error).__name__}: {error}")
    finally:
        frontdesk.stop()


def train_sent_job(job_id: str) -> None:
    """A training asked for through the HTTP API."""
    from app.sent_work import train_sent

    _api_job(job_id, train_sent)


def test_sent_job(job_id: str) -> None:
    """A test of a model, asked for through the HTTP API."""
    from app.sent_work import judge_sent

    _api_job(job_id, judge_sent)


def test_sent_stories_job(job_id: str) -> None:
    """Conversation tests sent to the HTTP API."""
    from app.sent_work import judge_stories_sent

    _api_job(job_id, judge_stories_sent)


def _api_job(job_id: str, work: Callable[[Settings, Path], dict[str, Any]]) -> None:
    settings = load_settings()
    folder = api_jobs.folder_of(settings, job_id)
    database = Database(settings.transcript_url)
    jobs = Jobs(database, Redis.from_url(settings.effective_redis_url), utc_now)
    jobs.progress(job_id, 0.0, "begun")
    try:
        jobs.finish(job_id, work(settings, folder))
    except (AppError, NluError, TrainingError) as error:
        jobs.fail(job_id, api_jobs.without_folder(str(error), folder))
    except Exception as error:
        _log.exception("job %s failed", job_id)
        jobs.fail(job_id, type(error).__name__)
    finally:
        database.close()


@retry(
    retry=retry_if_exception_type(RedisConnectionError),
    wait=wait_fixed(0.2),
    stop=stop_after_delay(60),
    reraise=True,
)
def _connected(url: str) -> Redis:
    redis = Redis.from_url(url)
    redis.ping()
    return redis
