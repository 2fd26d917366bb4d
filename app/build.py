"""The one place that wires: settings in, everything that has a lifetime out.

Nothing else opens a connection. Tests call `build` with other settings or another interpreter.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from limits.storage import RedisStorage
from redis import Redis
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.retry import Retry

from app.action_calls import (
    Counted,
    NoActions,
    action_server,
    remote_actions,
    wording_server,
)
from app.answers import Answers
from app.background import Background, Restocker, Sweeper
from app.channels.deliveries import Deliveries
from app.clock import utc_now
from app.conversations import Conversations
from app.database import Database
from app.event_broker import EventStream, broker_of
from app.explanations import Explain, Explanations
from app.external import External
from app.handover import Handover
from app.imported_labels import ImportedLabels
from app.invoices.links import InvoiceLinks
from app.jobs import Jobs
from app.knowledge import Knowledge, answering_intent
from app.labels import Labels
from app.limits import Limits
from app.live import Live
from app.mail import LocalMailbox, Mails, sender_of, smtp_server
from app.photos.keeping import Photographs
from app.rasa_files.credentials import Channels, read_channels
from app.rasa_files.endpoints import ActionServer, project_endpoints
from app.sessions import Sessions
from app.settings import Settings
from app.shop_catalogue import DemoShop
from app.shop_source import ShopSource, open_shop
from app.staff import StaffAccounts
from app.tickets import TicketDesk
from app.told_later import ToldLater
from app.trackers import Trackers
from app.versions import Versions
from dialogue.actions.runner import ActionRunner, InProcessRunner
from dialogue.agent import Agent
from dialogue.orders.attempts import ProofAttempts
from dialogue.orders.catalogue import Catalogue
from dialogue.orders.codes import OneTimeCodes, RedisCodes
from dialogue.orders.purchases import Purchases
from dialogue.project import Project, load_project
from dialogue.recommending.recommender import Recommender
from dialogue.recommending.vectors import KeptVectors
from dialogue.retail import RetailServices, action_executor
from dialogue.store import RedisLocks, RedisTrackerStore
from nlu.client import NluClient
from nlu.types import Interpreter

TRACKER_TTL_S = 7 * 24 * 3600
LOCK_LIFETIME_S = 15.0
LOCK_WAIT_S = 30.0
EMBEDDED_WITHIN_S = 3.0  # a customer waits for it, and words alone will do


@dataclass(frozen=True)
class Frontdesk:
    """Everything wired together. `start` and `stop` bound the life of what runs beside requests."""

    settings: Settings
    clock: Callable[[], datetime]
    database: Database
    redis: Redis
    live: Live
    project: Project
    agent: Agent
    sessions: Sessions
    conversations: Conversations
    photographs: Photographs
    handover: Handover
    labels: Labels
    answers: Answers
    knowledge: Knowledge
    imported_labels: ImportedLabels
    explanations: Explanations
    staff: StaffAccounts
    jobs: Jobs
    versions: Versions
    shop: ShopSource | None
    orders: DemoShop | None
    limits: Limits
    background: Background
    external: External
    sweepers: tuple[Sweeper, ...]
    tickets: TicketDesk | None
    restocker: Restocker | None
    action_server: ActionServer | None
    events: EventStream | None
    channels: Channels
    deliveries: Deliveries | None

    def start(self) -> None:
        """Begin to listen for live updates, to catch up on what waits, to watch documents."""
        self.live.start()
        for sweeper in self.sweepers:
            sweeper.start()
        self.knowledge.start()
        if self.deliveries is not None:
            self.deliveries.start()
        if self.restocker is not None:
            self.restocker.start()
        if self.events is not None:
            self.events.start()

    def stop(self) -> None:
        """Stop all that and give every connection back."""
        if self.deliveries is not None:
            self.deliveries.stop()
        self.knowledge.stop()
        for sweeper in self.sweepers:
            sweeper.stop()
        if self.restocker is not None:
            self.restocker.stop()
        if self.events is not None:
            self.events.stop()
        self.live.stop()
        if self.shop is not None:
            self.shop.close()
        self.database.close()
        self.redis.close()


def build(
    settings: Settings,
    *,
    project: Project | None = None,
    interpreter: Interpreter | None = None,
    explain: Explain | None = None,
    clock: Callable[[], datetime] = utc_now,
    rng: random.Random | None = None,
) -> Frontdesk:
    """Wire a Frontdesk around a project, the settings' one if none is given.

    Raises SourceError for a mistake in the project's YAML.
    """
    project = project or load_project(settings.project)
    endpoints = project_endpoints(settings.project, settings.variables)
    database = Database(settings.transcript_url)
    redis = open_redis(settings.effective_redis_url)
    shop = open_shop(settings, clock) if settings.sells else None
    live = Live(redis)
    nlu = NluClient(settings.nlu_url, deadline_s=settings.nlu_deadline_s)
    server = action_server(settings, endpoints)
    recommender = (
        None
        if shop is None
        else shop_recommender(settings, shop.catalogue, shop.purchases, redis, clock)
    )
    services = (
        None
        if shop is None or recommender is None
        else retail_services(settings, shop, recommender, clock)
    )
    events = None
    if endpoints.broker is not None:
        events = EventStream(broker_of(endpoints.broker, settings.project))
        database.tell_events(events.take)
    agent = Agent(
        project,
        interpreter or nlu,
        action_runner(settings, server, services),
        clock=lambda: clock().timestamp(),
        rng=rng,
        wording=wording_server(endpoints),
    )
    trackers = Trackers(database, agent, RedisTrackerStore(redis, TRACKER_TTL_S))
    locks = RedisLocks(redis, LOCK_LIFETIME_S, LOCK_WAIT_S)
    conversations = Conversations(database, agent, trackers, locks, live, clock)
    photographs = Photographs(settings.home / "photos", database, conversations, clock)
    external = External(database, agent, trackers, locks, live, clock)
    knowledge = Knowledge(
        database,
        settings.project,
        settings.models_dir,
        settings.outer_url,
        answering_intent(project.domain.responses),
    )
    channels = read_channels(settings.project, settings.variables)
    background = Background()
    deliveries = None
    if channels.callback_url is not None:
        locks = RedisLocks(redis, LOCK_LIFETIME_S, wait_s=0)  # who has it posts all that waits
        deliveries = Deliveries(channels.callback_url, database, locks, live, background)
    extras = None if services is None else services.extras
    told_later = None if extras is None else ToldLater(database, external, extras.subscriptions)
    lifetime = timedelta(minutes=settings.identity_minutes)
    return Frontdesk(
        settings=settings,
        clock=clock,
        database=database,
        redis=redis,
        live=live,
        project=project,
        agent=agent,
        sessions=Sessions(database, settings.identity_secret, lifetime, clock),
        conversations=conversations,
        photographs=photographs,
        handover=Handover(database, live, clock),
        labels=Labels(database, live, project.domain.intents, clock),
        answers=Answers(database, knowledge.publish, clock),
        knowledge=knowledge,
        imported_labels=ImportedLabels(database, project.domain.intents, clock),
        explanations=Explanations(database, explain or nlu.explain),
        staff=StaffAccounts(database, clock),
        jobs=Jobs(database, redis, clock),
        versions=Versions(settings.models_dir, database, clock),
        shop=shop,
        orders=None if shop is None else shop.demo,
        limits=Limits(settings.limits_storage_url, settings.rate_limits),
        background=background,
        external=external,
        sweepers=(
            Sweeper("waiting messages", conversations.catch_up),
            Sweeper("reminders", external.fire_due),
            Sweeper("photographs", photographs.sweep),
            *(() if told_later is None else (Sweeper("news", told_later.tell_due),)),
        ),
        tickets=(None if extras is None else TicketDesk(database, external, extras.tickets, clock)),
        restocker=(Restocker(recommender) if recommender is not None and server is None else None),
        action_server=server,
        events=events,
        channels=channels,
        deliveries=deliveries,
    )


def open_redis(url: str) -> Redis:
    """A client that tries a dropped connection again at once, and a few times more."""
    retry = Retry(ExponentialBackoff(cap=0.2, base=0.02), 3)
    return Redis.from_url(
        url,
        retry=retry,
        retry_on_error=[RedisConnectionError],
        socket_connect_timeout=2,
        health_check_interval=30,
    )


def action_runner(
    settings: Settings, server: ActionServer | None, services: RetailServices | None
) -> ActionRunner:
    """Custom actions in an action server if one is named, else the shop's in this process."""
    if server is not None:
        return Counted(remote_actions(settings, server))
    if services is None:
        return Counted(NoActions())
    return Counted(InProcessRunner(action_executor(services), run_coroutine=step))


def shop_recommender(
    settings: Settings,
    catalogue: Catalogue,
    purchases: Purchases,
    redis: Redis,
    clock: Callable[[], datetime],
) -> Recommender:
    """A recommender that knows nothing yet; its vectors come from the NLU host."""
    nlu = NluClient(settings.nlu_url, deadline_s=min(EMBEDDED_WITHIN_S, settings.nlu_deadline_s))
    return Recommender(catalogue, purchases, KeptVectors(nlu, redis), clock)


def retail_services(
    settings: Settings, shop: ShopSource, recommender: Recommender, clock: Callable[[], datetime]
) -> RetailServices:
    """What the retail actions work with."""
    return RetailServices(
        store=shop.store,
        catalogue=shop.catalogue,
        recommender=recommender,
        attempts=ProofAttempts(RedisStorage(settings.limits_storage_url)),
        clock=clock,
        policies=shop.policies,
        phrases=shop.phrases,
        papers=invoice_links(settings, clock),
        codes=one_time_codes(settings, clock),
        extras=shop.extras,
    )


def one_time_codes(settings: Settings, clock: Callable[[], datetime]) -> OneTimeCodes | None:
    """The codes by mail that let guests change orders; None where no mail can be sent.

    Raises SettingsError for a mail server or a sender that is none.
    """
    if not settings.smtp_url and not settings.local_mail:
        return None
    local = LocalMailbox(settings.mail_folder)
    carrier = smtp_server(settings.smtp_url) if settings.smtp_url else local
    return OneTimeCodes(
        RedisCodes(open_redis(settings.effective_redis_url)),
        RedisStorage(settings.limits_storage_url),
        settings.session_secret,
        Mails(carrier, sender_of(settings.mail_from), Background(), clock),
        clock,
        mailbox_page=f"{settings.outer_url}/shop/mailbox" if settings.local_mail else "",
    )


def invoice_links(settings: Settings, clock: Callable[[], datetime]) -> InvoiceLinks:
    """The same in the bot, which makes links, and in the web process, which opens them."""
    return InvoiceLinks(settings.session_secret, settings.outer_url, clock)


def step(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine that awaits no I/O, in the calling thread or greenlet.

    Our actions are such coroutines. One that does await I/O would stop every greenlet while it
    waits, and belongs in an action server: RuntimeError says so.
    """
    try:
        coroutine.send(None)
    except StopIteration as done:
        return done.value
    coroutine.close()
    raise RuntimeError(
        "this action awaits I/O: run it in an action server (FRONTDESK_ACTION_ENDPOINT)"
    )
