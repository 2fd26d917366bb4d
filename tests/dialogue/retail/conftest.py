"""The bot as it is shipped, over a seeded shop in SQLite."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from limits.storage import MemoryStorage
from redis import Redis
from retail_stories import NOW, PROJECT, TODAY, Customer, Letterbox, Words
from sqlalchemy import Engine
from word_vectors import recommender_when_asked

from dialogue.actions.runner import InProcessRunner
from dialogue.agent import Agent
from dialogue.orders.attempts import ProofAttempts
from dialogue.orders.catalogue import SqlCatalogue
from dialogue.orders.codes import MemoryCodes, OneTimeCodes
from dialogue.orders.database import open_engine
from dialogue.orders.extras import sql_extras
from dialogue.orders.migrations import upgrade
from dialogue.orders.policies import ShopPolicies, project_policies
from dialogue.orders.seed import SEED, seed
from dialogue.orders.store import SqlOrderStore
from dialogue.project import Project, load_project
from dialogue.retail import RetailServices, action_executor
from dialogue.retail.phrases import Phrases, project_phrases
from tests.conftest import RedisServer


@pytest.fixture(scope="session")
def project() -> Project:
    return load_project(PROJECT)


@pytest.fixture(scope="session")
def phrases() -> Phrases:
    return project_phrases(PROJECT)


@pytest.fixture(scope="session")
def policies() -> ShopPolicies:
    return project_policies(PROJECT)


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("shop") / "template.db"
    engine = open_engine(f"sqlite:///{path}")
    upgrade(engine)
    seed(engine, PROJECT / "shop", TODAY, random.Random(SEED))
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture
def engine(seeded: Path, tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{shutil.copy(seeded, tmp_path / 'shop.db')}")
    yield engine
    engine.dispose()


@pytest.fixture
def letterbox() -> Letterbox:
    return Letterbox()


@pytest.fixture
def services(
    engine: Engine,
    redis_server: RedisServer,
    letterbox: Letterbox,
    phrases: Phrases,
    policies: ShopPolicies,
) -> RetailServices:
    recommender = recommender_when_asked(engine, Redis.from_url(redis_server.url), lambda: NOW)
    return RetailServices(
        SqlOrderStore(engine, lambda: NOW, policies),
        SqlCatalogue(engine, lambda: NOW),
        recommender,
        ProofAttempts(MemoryStorage()),
        phrases,
        lambda: NOW,
        policies,
        codes=OneTimeCodes(MemoryCodes(), MemoryStorage(), "a secret", letterbox, lambda: NOW),
        extras=sql_extras(engine, lambda: NOW),
    )


@pytest.fixture
def agent(project: Project, services: RetailServices) -> Agent:
    runner = InProcessRunner(action_executor(services))
    return Agent(project, Words(), runner, clock=NOW.timestamp, rng=random.Random(1))


@pytest.fixture
def customer(agent: Agent, engine: Engine, letterbox: Letterbox) -> Callable[..., Customer]:
    """Make a customer: a guest, or a demonstration customer by first name."""

    def make(signed_in_as: str | None = None, name: str = "guest") -> Customer:
        someone = Customer(agent, engine, signed_in_as or name, letterbox)
        return someone.sign_in(signed_in_as) if signed_in_as else someone

    return make
