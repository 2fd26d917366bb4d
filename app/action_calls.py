"""Where a project's custom actions run, and who hears of those that fail."""

from __future__ import annotations

import ssl

import httpx
from prometheus_client import Counter

from app.rasa_files.endpoints import ActionServer, Endpoints, Server
from app.settings import Settings
from dialogue.actions.runner import ActionResult, ActionRunner, HttpRunner
from dialogue.domain import Domain
from dialogue.errors import ActionError, ActionNotFound, ActionRejected
from dialogue.tracker import Tracker
from dialogue.wording import HttpWording, WordingServer

CONNECT_WITHIN_S = 5.0
WORDED_WITHIN_S = 30.0  # a customer waits, and the domain has words of its own
_FAILURES = Counter(
    "frontdesk_action_failures_total", "Custom actions that failed, by name", ["action"]
)


class Counted:
    """A runner whose failures are counted, by the action's name."""

    def __init__(self, runner: ActionRunner) -> None:
        self._runner = runner

    def run(self, name: str, tracker: Tracker, domain: Domain) -> ActionResult:
        """Run the action as the other runner does; that it declines is no failure."""
        try:
            return self._runner.run(name, tracker, domain)
        except ActionRejected:
            raise
        except ActionError:
            _FAILURES.labels(name if name in domain.declared_actions else "undeclared").inc()
            raise


class NoActions:
    """The runner of a project that has no action server and no actions."""

    def run(self, name: str, tracker: Tracker, domain: Domain) -> ActionResult:  # noqa: ARG002
        """Raise ActionNotFound, and say what is missing."""
        raise ActionNotFound(
            name,
            f"the action '{name}' cannot run: the project has no actions/, and no action_endpoint "
            "in its endpoints.yml",
        )


def action_server(settings: Settings, endpoints: Endpoints) -> ActionServer | None:
    """The action server in use: the setting's, or else the project's."""
    named = endpoints.actions if endpoints.actions and endpoints.actions.url else None
    if settings.action_endpoint and (named is None or named.url != settings.action_endpoint):
        # What is meant for one server (a token, headers) is not told to another.
        return ActionServer(settings.action_endpoint)
    return named


def remote_actions(settings: Settings, server: ActionServer) -> ActionRunner:
    """A runner that asks an action server."""
    return HttpRunner(
        address_of(server),
        client_for(server, settings.actions_wait_s),
        compress=settings.compress_actions,
        selective_domain=server.selective_domain,
    )


def wording_server(endpoints: Endpoints) -> WordingServer | None:
    """The project's NLG server."""
    server = endpoints.wording
    if server is None:
        return None
    return HttpWording(address_of(server), client_for(server, WORDED_WITHIN_S))


def client_for(server: Server, wait_s: float) -> httpx.Client:
    """A client with the server's credentials. As many may wait for it as there are conversations:
    a slow action holds up its own one alone."""
    return httpx.Client(
        headers=dict(server.headers),
        auth=server.basic_auth,
        verify=ssl.create_default_context(cafile=server.cafile),
        timeout=httpx.Timeout(wait_s, connect=CONNECT_WITHIN_S),
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=20),
        trust_env=False,
    )


def address_of(server: Server) -> str:
    """The server's whole address, its own query kept."""
    return str(httpx.URL(server.url).copy_merge_params(server.query))
