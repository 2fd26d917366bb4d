"""From an action's name to what it does."""

from __future__ import annotations

from collections.abc import Sequence

from dialogue.actions.context import ActionContext
from dialogue.actions.defaults import DEFAULTS
from dialogue.domain import LISTEN
from dialogue.errors import ActionError, ActionFailed
from dialogue.events import BotUttered, Event
from dialogue.forms import run_form
from dialogue.messages import BotMessage
from dialogue.repeating import not_told_whole_again, said_lately

ANSWERED_BEFORE = "utter_answered_before"
GOES_ON = "action_go_on"


def perform(name: str, context: ActionContext) -> Sequence[Event]:
    """Run the action `name` and return the events it wants; a text of the stories is said.

    The domain's own action comes before a default one or a form of the same name; a response
    comes before a custom action. Raises ActionRejected, ActionNotFound or ActionFailed.

    Where the domain has `utter_answered_before`, of an answer that was told lately only the part
    is said that answers the new question.
    """
    domain = context.domain
    own = name in domain.declared_actions
    if name in DEFAULTS and (not own or name == LISTEN):
        return DEFAULTS[name](context)
    if name in domain.spoken_texts:
        return [BotUttered(BotMessage(text=name))]
    if name in domain.responses or name.startswith("utter_"):
        return _not_again(_gone_on(context) or _say(name, context), context)
    if name in domain.forms and not own:
        return run_form(domain.forms[name], context)
    return _not_again(context.run_custom(name), context)


def _not_again(events: Sequence[Event], context: ActionContext) -> Sequence[Event]:
    if ANSWERED_BEFORE not in context.domain.responses:
        return events  # a project that does not ask for it says what it wrote
    return not_told_whole_again(events, context.tracker)


def _gone_on(context: ActionContext) -> Sequence[Event]:
    """What `action_go_on`, where the domain has it, makes of a message that a response answers.

    It answers those that go on with the conversation, whatever they were taken for.
    """
    begins = context.tracker.latest_action_name == LISTEN
    if not begins or GOES_ON not in context.domain.declared_actions:
        return []
    try:
        return context.run_custom(GOES_ON)
    except ActionError as error:
        context.problems.append(str(error))  # the response can still be said
        return []


def _say(name: str, context: ActionContext) -> Sequence[Event]:
    """Say the entry of a retrieval intent that the message asks for, or else a response.

    Rasa never takes another `utter_` for a custom action: an NLG server words it, or nothing is
    said.
    """
    if context.domain.is_retrieval_action(name):
        return _retrieved_answer(name, context)
    if name in context.domain.responses:
        return context.utter(name)
    return context.utter_or_note(name)


def _retrieved_answer(name: str, context: ActionContext) -> Sequence[Event]:
    """Say the answer that the retriever found for the latest message.

    Where it found none, a response of the action's own name is said. Before an answer that was
    given lately, `utter_answered_before` says that we know, where the domain has it.
    """
    answer = _not_again(_found_answer(name, context), context)
    told = [event.message.text for event in answer if isinstance(event, BotUttered)]
    if any(said_lately(context.tracker, text) for text in told):
        return [*context.utter(ANSWERED_BEFORE), *answer]
    return answer


def _found_answer(name: str, context: ActionContext) -> list[Event]:
    message = context.tracker.latest_message
    hits = message.understanding.retrieval if message else ()
    prefix = name.removeprefix("utter_") + "/"
    hit = next((hit for hit in hits if hit.key.startswith(prefix)), None)
    if hit is None and name in context.domain.responses:
        return context.utter(name)
    if hit is None:
        raise ActionFailed(name, f"'{name}' has no answer: the retriever found nothing")
    if f"utter_{hit.key}" in context.domain.responses:
        return context.utter(f"utter_{hit.key}")
    if hit.text is None:
        raise ActionFailed(name, f"'{name}' has no answer: there is no response 'utter_{hit.key}'")
    button = {"title": hit.title or hit.link, "url": hit.link}
    told = {"utter_action": name, "retrieved": hit.key}
    answer = BotMessage(hit.text, buttons=(button,) if hit.link else (), metadata=told)
    return [BotUttered(answer)]
