"""In a Chinese conversation everything is Chinese, whatever is done: texts, buttons, cards.

Conversations of `data/test/conversations` are played as if the customer wrote Chinese: all that are
Chinese, and of the others so many that every action of the shop is there.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from retail_stories import PROJECT, Customer

from app.conversation_tests import ShopStages, reader_of_marks
from app.settings import load_settings
from dialogue.actions.runner import ActionResult, ActionRunner
from dialogue.agent import Agent
from dialogue.domain import LANGUAGE_SLOT, Domain
from dialogue.messages import BotMessage, UserMessage
from dialogue.mistakes import Mistakes
from dialogue.orders.shop_files import read_products
from dialogue.project import Project
from dialogue.retail.registry import ACTIONS
from dialogue.stories import ActionStep, some_value
from dialogue.testing.meanings import ScriptedMeaning
from dialogue.testing.scripts import Script, read_scripts, script_files
from dialogue.tracker import Tracker
from nlu.types import Entity
from tests.conftest import RedisServer

WHOLE = (
    "test_chinese.yml",
    "test_chinese_more.yml",
    "test_changing.yml",
    "test_codes.yml",
    "test_withdrawals.yml",
)
CONVERSATIONS = PROJECT / "test" / "conversations"
NAMES = [product.name for product in read_products(PROJECT / "shop" / "catalogue.yml")]
# Names, and what is written in our letters in Chinese too; capitals are codes and sizes.
OURS = re.compile(
    "|".join(
        (
            r"https?://\S+",
            r"\S+@[\w.•-]+",
            "|".join(re.escape(name) for name in sorted(NAMES, key=len, reverse=True)),
            r"PayPal|Larkspur|Nordpost|Europarcel|Kurier24|WebP|Jungfernstieg|Nørreport",
            r"Lindenstraße \d+, \d+ Berlin",
            r"商品说明（英文）：.*",
            r"(?<![a-z])[A-Z0-9]+(?:-[A-Z0-9]+)*(?![a-z])",
            r"\d+ ?(?:cm|m)\b",
        )
    )
)
LATIN = re.compile(r"[A-Za-zÀ-ɏ]{2,}")


def scripts_of(project: Project) -> list[Script]:
    """The Chinese ones, and others until every action is there."""
    paths = sorted(script_files(CONVERSATIONS))
    found = read_scripts(paths, project.domain, reader_of_marks(PROJECT), Mistakes())
    chosen = [one for one in found if Path(one.file).name in WHOLE]
    wanted = set().union(*map(actions_of, found)).difference(*map(actions_of, chosen))
    while wanted:
        best = max(found, key=lambda one: len(actions_of(one) & wanted))
        chosen.append(best)
        wanted -= actions_of(best)
    return chosen


def actions_of(script: Script) -> set[str]:
    """The actions and forms that are told in it; plain responses are told in the bot's files."""
    return {
        step.name
        for turn in script.turns
        for step in turn.following
        if isinstance(step, ActionStep) and not step.is_text and "utter_" not in step.name
    }


@pytest.fixture(scope="module")
def stages(shared_redis: RedisServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    home = tmp_path_factory.mktemp("home")
    settings = load_settings(project=PROJECT, home=home, REDIS_URL=shared_redis.url)
    with ShopStages.opened(settings) as opened:
        yield opened


def played(
    script: Script, project: Project, stages: ShopStages, done: set[str]
) -> Iterator[tuple[str, BotMessage]]:
    """Each of the bot's messages with what the customer has written so far."""
    meaning = ScriptedMeaning(None, project.domain)
    given = {step.name: some_value(step, project.domain) for step in script.given}
    with stages.prepare(script) as stage:
        runner = Noting(stage.runner, done)
        agent = Agent(project, meaning, runner, rng=random.Random(0))
        tracker = agent.tracker_of("in-chinese", [])
        trusted = {**given, **stage.trusted_slots, LANGUAGE_SLOT: "zh"}
        told = ""
        for number, turn in enumerate(script.turns):
            if turn.said is None:
                taken = agent.start_session(tracker, "test", trusted)
            else:
                meaning.expect(turn.said)
                text = str(turn.said.text or turn.said.response_key or turn.said.intent)
                told += f"\n{text}"
                message = UserMessage(text, "in-chinese", f"m{number}", "test")
                taken = agent.respond(tracker, message, trusted)
            assert taken.problems == ()
            for said in taken.messages:
                yield told, said


def in_our_letters(told: str, message: BotMessage) -> list[str]:
    """The words in our letters that are no names and that the customer has not written."""
    buttons = [*message.buttons, *(b for e in message.elements for b in e.get("buttons") or ())]
    texts = [message.text or "", *(str(button["title"]) for button in buttons)]
    texts += [str(card[part]) for card in message.elements for part in ("title", "subtitle")]
    words = [word for text in texts for word in LATIN.findall(OURS.sub(" ", text))]
    known = f"{told} {message.metadata.get('name')}".casefold()  # their own words and name
    return [word for word in words if word.casefold() not in known]


class Noting:
    """Notes which actions run."""

    def __init__(self, runner: ActionRunner, names: set[str]) -> None:
        self.runner, self.names = runner, names

    def run(self, name: str, tracker: Tracker, domain: Domain) -> ActionResult:
        self.names.add(name)
        return self.runner.run(name, tracker, domain)


def test_whatever_is_done_is_said_in_chinese(project: Project, stages: ShopStages) -> None:
    done: set[str] = set()
    left = {}
    scripts = scripts_of(project)
    for script in scripts:
        for told, said in played(script, project, stages, done):
            words = in_our_letters(told, said)
            if words and not str(said.metadata.get("utter_action")).startswith("utter_faq"):
                left[script.name, said.text] = words
    assert left == {}
    # What happens by itself, and where photographs can be sent, is in stories of their own.
    ours = {str(action(None).name()) for action in ACTIONS}  # type: ignore[arg-type]
    assert ours - done == {"action_notice", "action_ask_photo"}
    assert len([one for one in scripts if "chinese" in Path(one.file).name]) >= 28


@pytest.mark.parametrize(
    "notice",
    [
        {"kind": "stock", "product": "Linen Shirt", "sku": "CL-SH-01", "variant": "white, M"},
        *(
            {"kind": "order", "what": what, "number": "2023", "expected": "2026-03-20"}
            for what in ("packed", "shipped", "out_for_delivery", "delivered", "cancelled")
        ),
        {"kind": "ticket", "ticket": "T-20001", "closed": "2026-03-20", "answer": ""},
    ],
    ids=lambda notice: "-".join(list(notice.values())[:2]),
)
def test_news_is_told_in_chinese(customer: Callable[..., Customer], notice: dict[str, str]) -> None:
    maya = customer("Maya")
    maya.trusted[LANGUAGE_SLOT] = "zh"
    maya.says("hello")
    turn = maya.agent.trigger(
        maya.tracker,
        "EXTERNAL_notice",
        (Entity("notice", notice, 0, 0),),  # type: ignore[arg-type]
        trusted_slots=maya.trusted,
    )
    assert turn.messages
    for said in turn.messages:
        assert in_our_letters("", said) == []
