"""The blueprint of Rasa's HTTP API: its doors are shut, its errors are Rasa's."""

from __future__ import annotations

from flask import Blueprint, g, request

from app.build import Frontdesk
from app.rasa_api.access import Access, check_reach
from app.rasa_api.conversation_routes import conversation_routes, prediction_routes
from app.rasa_api.failures import tell_failures
from app.rasa_api.happening_routes import happening_routes
from app.rasa_api.job_routes import JobServices, job_routes
from app.rasa_api.model_routes import model_routes
from app.rasa_api.senders import Senders

NAME = "rasa_api"
OPEN = frozenset({f"{NAME}.version"})
MB = 1024 * 1024
LARGER_BODIES = {  # bytes; others have the application's usual limit
    f"{NAME}.append_events": 8 * MB,
    f"{NAME}.replace_events": 8 * MB,
    f"{NAME}.predict_after": 8 * MB,
    f"{NAME}.train": 32 * MB,
    f"{NAME}.test_intents": 32 * MB,
    f"{NAME}.test_stories": 8 * MB,
}


def rasa_api(f: Frontdesk) -> Blueprint:
    """The routes at the application's root; without a credential they tell the version alone."""
    api = Blueprint(NAME, __name__)
    access = Access(f.settings.api_token_in_use, f.settings.api_jwt_secret)

    @api.before_request
    def let_in() -> None:
        if request.endpoint in OPEN:
            return
        g.caller = access.caller(request)
        check_reach(g.caller, (request.view_args or {}).get("conversation_id"))
        larger = LARGER_BODIES.get(request.endpoint or "")
        if larger is not None:
            request.max_content_length = larger

    tell_failures(api)
    senders = Senders(f.database, f.sessions)
    conversation_routes(api, f.external, senders)
    happening_routes(api, f.external, senders)
    prediction_routes(api, f.agent)
    model_routes(api, f.agent, f.versions, f.jobs)
    job_routes(api, JobServices(f.settings, f.jobs, f.background))
    f.limits.per_address("1200 per minute")(api)
    return api
