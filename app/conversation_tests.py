"""`frontdesk test`: conversation tests with the parts that the settings and the options name."""

from __future__ import annotations

import contextlib
import random
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from limits.storage import MemoryStorage
from sqlalchemy import Engine
from tqdm import tqdm

from app.action_calls import action_server, remote_actions
from app.build import open_redis, shop_recommender, step
from app.clock import utc_now
from app.rasa_files.endpoints import ActionServer, project_endpoints
from app.settings import Settings
from app.understanding import interpreter_of
from dialogue.actions.runner import ActionRunner, InProcessRunner
from dialogue.mistakes import Mistakes
from dialogue.orders.attempts import ProofAttempts
from dialogue.orders.catalogue import SqlCatalogue
from dialogue.orders.codes import Letter, MemoryCodes, OneTimeCodes
from dialogue.orders.database import open_engine
from dialogue.orders.extras import sql_extras
from dialogue.orders.migrations import upgrade as upgrade_orders
from dialogue.orders.policies import ShopPolicies, project_policies
from dialogue.orders.purchases import SqlPurchases
from dialogue.orders.seed import SEED, seed
from dialogue.orders.store import SqlOrderStore
from dialogue.project import Project, load_project
from dialogue.recommending.recommender import Recommender
from dialogue.retail import RetailServices, action_executor
from dialogue.retail.phrases import Phrases, project_phrases
from dialogue.story_reader import MarkedText
from dialogue.testing.playing import Played, PrepareStage, Stage, play_all
from dialogue.testing.scripts import Script, read_scripts, script_files
from dialogue.testing.told_actions import ToldActions
from nlu.errors import SourceError
from nlu.types import Entity
from training.annotations import parse_annotated
from training.reading import read_training_data

CODE = "482913"  # that is mailed in every test
CUSTOMER = "customer"  # in a story's metadata: the id of the customer who is signed in


@dataclass(frozen=True)
class TestPlan:
    """How the conversations are tested.

    `understood`: messages mean what the tests say, and no model is asked. `as_heard`: they mean
    what the model hears, and only what the bot then does is judged. `actions` is the URL of an
    action server; with `run_actions` false custom actions are not run, and what the tests tell
    after them happens instead.
    """

    __test__ = False  # not one of pytest's

    places: Sequence[Path] = ()
    model: Path | None = None
    understood: bool = False
    as_heard: bool = False
    actions: str | None = None
    run_actions: bool = True


@dataclass(frozen=True)
class Tested:
    """All conversations with their outcome, and what a person should know besides."""

    played: tuple[Played, ...]
    notes: tuple[str, ...]


def run_tests(settings: Settings, plan: TestPlan) -> Tested:
    """Play the project's conversation tests, or those below the plan's places, with a progress bar.

    Raises SourceError for a mistake in a file, NotFound when there is no model to ask.
    """
    project = load_project(settings.project)
    mistakes = Mistakes()
    places = plan.places or (settings.project,)
    paths = [path for place in places for path in script_files(place)]
    scripts = read_scripts(paths, project.domain, reader_of_marks(settings.project), mistakes)
    notes = [str(warning) for warning in mistakes.warnings]
    with ExitStack() as stack:
        interpreter = None if plan.understood else interpreter_of(settings, plan.model)
        prepare = _prepared(settings, project, plan, stack, notes)
        played = play_all(scripts, project, interpreter, prepare, as_heard=plan.as_heard)
        bar = tqdm(played, total=len(scripts), unit=" conversations", disable=None, leave=False)
        return Tested(tuple(bar), tuple(notes))


def reader_of_marks(folder: Path) -> MarkedText:
    """Reads marked entities; a synonym stands for its value, as in the training data."""
    known: dict[str, str] = {}
    with contextlib.suppress(SourceError):  # whoever trains is told of it
        synonyms = read_training_data(folder).synonyms
        known = {form.lower(): value for form, value in synonyms.items()}

    def read(text: str) -> tuple[str, tuple[Entity, ...]]:
        annotated = parse_annotated(text)
        return annotated.text, tuple(
            replace(one, value=known.get(str(one.value).lower(), one.value))
            for one in annotated.entities
        )

    return read


def _prepared(
    settings: Settings, project: Project, plan: TestPlan, stack: ExitStack, notes: list[str]
) -> PrepareStage:
    """Who runs custom actions: nobody, a server, or for the shop this process."""
    if not plan.run_actions:
        return _told
    if plan.actions:
        settings = settings.model_copy(update={"action_endpoint": plan.actions})
    server = action_server(settings, project_endpoints(settings.project, settings.variables))
    if server is not None and (settings.action_endpoint or _answers(server)):
        return _always(remote_actions(settings, server))
    if server is None and (settings.project / "shop").is_dir():
        return stack.enter_context(ShopStages.opened(settings)).prepare
    if server is not None:
        notes.append(f"custom actions are not run: nothing answers at {server.url}")
    elif project.domain.declared_actions:
        notes.append("custom actions are not run: name their server with --actions URL")
    return _told


def _answers(server: ActionServer) -> bool:
    """Whether anything listens where the project says that its actions are."""
    parts = urlsplit(server.url or "")
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        socket.create_connection((parts.hostname or "", port), timeout=2).close()
    except (OSError, ValueError):
        return False
    return True


def _always(runner: ActionRunner) -> PrepareStage:
    @contextmanager
    def prepare(_script: Script) -> Iterator[Stage]:
        yield Stage(runner)

    return prepare


@contextmanager
def _told(_script: Script) -> Iterator[Stage]:
    yield Stage(ToldActions())


class NoPost:
    """Sends nothing, and says that it did: the tests know the code."""

    def send(self, _letter: Letter, tell: Callable[[bool], None]) -> None:
        """See `dialogue.orders.codes.Post`."""
        tell(True)


@dataclass(frozen=True)
class ShopStages:
    """A seeded shop for each conversation: a copy of one order database, made at the beginning."""

    folder: Path
    recommender: Recommender
    policies: ShopPolicies
    phrases: Phrases

    @classmethod
    @contextmanager
    def opened(cls, settings: Settings) -> Iterator[ShopStages]:
        """Seed the template, and take it away at the end."""
        with tempfile.TemporaryDirectory(prefix="frontdesk-test-") as name:
            folder = Path(name)
            engine = open_engine(f"sqlite:///{folder / 'template.db'}")
            redis = open_redis(settings.effective_redis_url)
            try:
                upgrade_orders(engine)
                seed(engine, settings.project / "shop", utc_now().date(), random.Random(SEED))
                _close_log(engine)
                recommender = shop_recommender(
                    settings,
                    SqlCatalogue(engine, utc_now),
                    SqlPurchases(engine, utc_now),
                    redis,
                    utc_now,
                )
                recommender.refresh()
                policies = project_policies(settings.project)
                phrases = project_phrases(settings.project)
                yield cls(folder, recommender, policies, phrases)
            finally:
                engine.dispose()
                redis.close()

    @contextmanager
    def prepare(self, script: Script) -> Iterator[Stage]:
        """A shop of its own for one conversation, and its customer if the test names one."""
        path = shutil.copy(self.folder / "template.db", self.folder / "shop.db")
        engine = open_engine(f"sqlite:///{path}")
        services = RetailServices(
            store=SqlOrderStore(engine, utc_now, self.policies),
            catalogue=SqlCatalogue(engine, utc_now),
            recommender=self.recommender,
            attempts=ProofAttempts(MemoryStorage()),
            phrases=self.phrases,
            clock=utc_now,
            policies=self.policies,
            codes=OneTimeCodes(
                MemoryCodes(), MemoryStorage(), "tests", NoPost(), make_code=lambda: CODE
            ),
            extras=sql_extras(engine, utc_now),
        )
        try:
            yield Stage(InProcessRunner(action_executor(services), step), _signed_in(script))
        finally:
            engine.dispose()
            for left in self.folder.glob("shop.db*"):
                left.unlink()


def _signed_in(script: Script) -> dict[str, int]:
    """The trusted slots of a test's customer. Raises SourceError for an id that is no number."""
    customer = script.metadata.get(CUSTOMER)
    if customer is None:
        return {}
    if isinstance(customer, bool) or not isinstance(customer, int):
        raise SourceError(f"'{CUSTOMER}' is a customer's number", script.file, script.line)
    return {"customer_id": int(customer)}


def _close_log(engine: Engine) -> None:
    """Bring SQLite's write-ahead log into the file, so that the file can be copied alone."""
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
