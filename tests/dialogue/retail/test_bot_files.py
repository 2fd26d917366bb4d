"""The files in `data/` and the actions in `dialogue/retail` fit together."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from retail_stories import PROJECT

from dialogue import retail
from dialogue.orders.states import OrderStatus, ProblemKind
from dialogue.project import Project
from dialogue.retail.phrases import project_phrases
from dialogue.retail.registry import ACTIONS
from nlu.source import read_yaml


@pytest.fixture(scope="module")
def domain() -> dict[str, Any]:
    return dict(read_yaml(PROJECT / "domain.yml"))


@pytest.fixture(scope="module")
def responses() -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for path in sorted((PROJECT / "responses").glob("*.yml")):
        for name, variations in read_yaml(path)["responses"].items():
            found.setdefault(name, []).extend(variations)
    return found


def buttons(responses: dict[str, list[Any]]) -> Iterator[dict[str, str]]:
    for variations in responses.values():
        for variation in variations:
            yield from (b for b in variation.get("buttons", ()) if "url" not in b)


def test_the_shipped_project_loads(project: Project) -> None:
    assert project is not None


def test_every_action_of_the_domain_is_written_and_every_action_is_in_the_domain(
    domain: dict[str, Any],
) -> None:
    written = {action(None).name() for action in ACTIONS}  # type: ignore[arg-type]
    assert written == set(domain["actions"])


def test_every_intent_is_served_by_a_rule(domain: dict[str, Any]) -> None:
    rules = read_yaml(PROJECT / "rules.yml")["rules"]
    served = {step["intent"] for rule in rules for step in rule["steps"] if "intent" in step}
    assert served == set(domain["intents"])


def test_every_response_that_an_action_chooses_exists(responses: dict[str, list[Any]]) -> None:
    folder = Path(retail.__file__).parent
    chosen = {
        node.value
        for path in folder.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"utter_\w+[^_]", node.value)
    } - {"utter_action"}
    chosen |= {f"utter_status_{status}" for status in OrderStatus}
    chosen |= {f"utter_ask_details_{kind}" for kind in ProblemKind}
    assert chosen - set(responses) == set()


def test_every_button_says_an_intent(
    domain: dict[str, Any], responses: dict[str, list[Any]]
) -> None:
    for button in buttons(responses):
        if button["payload"] == "{again}":  # the customer's own message or wish once more
            continue
        intent = re.match(r"/(\w+)", button["payload"])
        assert intent is not None, button
        assert intent.group(1) in domain["intents"], button


def test_what_is_offered_when_unsure_can_be_meant(domain: dict[str, Any]) -> None:
    names = project_phrases(PROJECT).names
    titled = {name.removeprefix("title_") for name in names if name.startswith("title_")}
    assert len(titled) > 30 and titled <= set(domain["intents"])


def test_only_the_application_and_a_proof_may_say_who_somebody_is(domain: dict[str, Any]) -> None:
    for name in ("customer_id", "proven_orders", "proof_blocked", "change_proofs"):
        assert [dict(m) for m in domain["slots"][name]["mappings"]] == [{"type": "custom"}]


def test_every_answer_is_there_in_chinese_with_the_same_buttons(
    responses: dict[str, list[Any]],
) -> None:
    def payloads(variation: dict[str, Any]) -> set[str]:
        found = [str(one.get("payload", one.get("url"))) for one in variation.get("buttons") or ()]
        return {re.sub(r'(?<="reminder_when": ").+(?=")', "…", payload) for payload in found}

    for name, variations in responses.items():
        chinese = [one for one in variations if one.get("language") == "zh"]
        ours = [one for one in variations if "language" not in one]
        assert any("condition" not in one for one in chinese), name
        known = {place for one in ours for place in re.findall(r"{(\w+)}", one["text"])}
        for one in chinese:
            assert payloads(one) in [payloads(other) for other in ours], name
            assert set(re.findall(r"{(\w+)}", one["text"])) <= known, name
