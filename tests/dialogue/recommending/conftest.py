"""A seeded shop in SQLite, and a recommender over it."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import Engine
from word_vectors import NOW, WordVectors, recommender_of

from dialogue.orders.database import open_engine
from dialogue.orders.migrations import upgrade
from dialogue.orders.seed import SEED, demo_customers, seed
from dialogue.orders.views import Viewer
from dialogue.recommending.recommender import Recommender
from tests.conftest import PROJECT, RedisServer


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("shop") / "template.db"
    engine = open_engine(f"sqlite:///{path}")
    upgrade(engine)
    seed(engine, PROJECT / "shop", date(2026, 3, 16), random.Random(SEED))
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture
def shop(template: Path, tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{shutil.copy(template, tmp_path / 'shop.db')}")
    yield engine
    engine.dispose()


@pytest.fixture
def redis(redis_server: RedisServer) -> Redis:
    return Redis.from_url(redis_server.url)


@pytest.fixture
def words() -> WordVectors:
    return WordVectors()


@pytest.fixture
def recommender(shop: Engine, redis: Redis, words: WordVectors) -> Recommender:
    made = recommender_of(shop, redis, words, lambda: NOW)
    made.refresh()
    return made


@pytest.fixture
def maya(shop: Engine) -> Viewer:
    return Viewer(demo_customers(shop)[0].id)
