"""An NLG server says the responses; where it does not, the domain's words are said."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest
from bot_stories import project_of
from rasa_sdk import Action
from rasa_sdk.executor import ActionExecutor

from dialogue.actions.runner import InProcessRunner
from dialogue.agent import Agent
from dialogue.messages import UserMessage
from dialogue.wording import HttpWording
from nlu.types import Understanding

DOMAIN = """
    intents: [greet, thank, bye]
    actions: [action_says, utter_only_there]
    slots: {name: {type: text, mappings: [{type: custom}]}}
    responses:
      utter_hello: [{text: "Hello", id: h1}]
"""
RULES = """
    rules:
    - {rule: g, steps: [{intent: greet}, {action: utter_hello}]}
    - {rule: t, steps: [{intent: thank}, {action: action_says}]}
    - {rule: b, steps: [{intent: bye}, {action: utter_only_there}]}
"""


class Says(Action):
    def name(self):
        return "action_says"

    def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(response="utter_hello", buttons=[{"title": "b"}], who="Eve")
        return []


class Nobody:
    def parse(self, text: str, message_id: str | None = None) -> Understanding:
        return Understanding(text)


@pytest.fixture
def ask(tmp_path: Any) -> Callable[..., Any]:
    """Say something to a bot whose NLG server answers so; returns the turn and the questions."""
    project = project_of(tmp_path, domain=DOMAIN, rules=RULES)
    executor = ActionExecutor()
    executor.register_action(Says)

    def ask(text: str, answer: Any):
        questions: list[Mapping[str, Any]] = []

        def handle(request: httpx.Request) -> httpx.Response:
            questions.append(json.loads(request.content))
            if isinstance(answer, httpx.Response):
                return answer
            return httpx.Response(200, json=answer)

        client = httpx.Client(transport=httpx.MockTransport(handle))
        wording = HttpWording("http://nlg.example/nlg", client)
        agent = Agent(project, Nobody(), InProcessRunner(executor), wording=wording)
        tracker = agent.tracker_of("u1", [])
        return agent.respond(tracker, UserMessage(text, "u1", "m1", "telegram")), questions

    return ask


def test_the_question_has_rasas_keys(ask):
    _, (question,) = ask("/greet", {"text": "Ahoy"})
    assert set(question) == {"response", "id", "arguments", "tracker", "channel"}
    assert (question["response"], question["id"]) == ("utter_hello", "h1")
    assert question["channel"] == {"name": "telegram"}
    assert question["tracker"]["sender_id"] == "u1" and question["tracker"]["events"]


def test_its_message_is_said_in_all_its_parts(ask):
    answer = {
        "text": "Ahoy",
        "buttons": [{"title": "a", "payload": "/a"}],
        "image": "https://example.org/a.png",
        "elements": [{"title": "e"}],
        "attachment": None,
    }
    turn, _ = ask("/greet", answer)
    (said,) = turn.messages
    assert (said.text, said.image) == ("Ahoy", "https://example.org/a.png")
    assert said.buttons == ({"title": "a", "payload": "/a"},)
    assert said.metadata["utter_action"] == "utter_hello"
    assert turn.problems == ()


def test_an_actions_response_is_worded_too_with_its_arguments(ask):
    turn, (question,) = ask("/thank", {"text": "Ahoy"})
    assert question["arguments"] == {"who": "Eve"}
    assert turn.messages[0].text == "Ahoy"
    assert turn.messages[0].buttons == ({"title": "b"},)


def test_a_response_that_only_the_server_knows(ask):
    turn, (question,) = ask("/bye", {"text": "Fair winds"})
    assert question["response"] == "utter_only_there"
    assert [said.text for said in turn.messages] == ["Fair winds"]


def test_an_empty_message_says_nothing(ask):
    turn, _ = ask("/greet", {})
    assert turn.messages == () and turn.problems == ()


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(500),
        httpx.Response(200, content=b"no json"),
        [],
        {"text": 3},
        {"buttons": "yes"},
        {"elements": [3]},
        {"custom": [3]},
    ],
)
def test_where_it_fails_the_domains_words_are_said_and_it_is_told(ask, answer):
    turn, _ = ask("/greet", answer)
    assert [said.text for said in turn.messages] == ["Hello"]
    assert "the NLG server did not word 'utter_hello'" in turn.problems[0]


def test_a_failure_does_not_tell_the_servers_address_which_may_hold_a_token(tmp_path):
    project = project_of(tmp_path, domain=DOMAIN, rules=RULES)
    client = httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(500)))
    wording = HttpWording("http://nlg.example/nlg?token=secret", client)
    agent = Agent(project, Nobody(), InProcessRunner(ActionExecutor()), wording=wording)
    turn = agent.respond(agent.tracker_of("u1", []), UserMessage("/greet", "u1", "m1"))
    assert "status 500" in turn.problems[0] and "secret" not in turn.problems[0]
