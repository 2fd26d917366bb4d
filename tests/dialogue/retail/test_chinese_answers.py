"""In a Chinese conversation everything is Chinese, whatever is done: texts, buttons, cards.

Conversations of `data/test/conversations` are played as if the customer wrote Chinese: all that are
Chinese, and of the others so many that every action of the shop is there.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from retail_stories import PROJECT

from app.conversation_tests import ShopStages, _reader_of_marks
from app.settings import load_settings
from dialogue.agent import Agent
from dialogue.domain import LANGUAGE_SLOT
from dialogue.messages import BotMessage, UserMessage
from dialogue.mistakes import Mistakes
from dialogue.orders.shop_files import read_products
from dialogue.project import Project
from dialogue.retail.registry import ACTIONS
from dialogue.stories import ActionStep, some_value
from dialogue.testing.meanings import ScriptedMeaning
from dialogue.testing.scripts import Script, read_scripts, script_files
from nlu.source import read_yaml
from tests.conftest import RedisServer

CONVERSATIONS = PROJECT / "test" / "conversations"
FOLDER = script_files(CONVERSATIONS)
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
    found = read_scripts(paths, project.domain, _reader_of_marks(PROJECT), Mistakes())
    chosen = [one for one in found if "chinese" in Path(one.file).name]
    seen = Counter(name for one in chosen for name in actions_of(one))
    for one in sorted(found, key=lambda one: -len(set(actions_of(one)))):
        if any(not seen[name] for name in actions_of(one)):
            chosen.append(one)
            seen.update(actions_of(one))
    return chosen


def actions_of(script: Script) -> list[str]:
    return [
        step.name
        for turn in script.turns
        for step in turn.following
        if isinstance(step, ActionStep) and step.name
    ]


@pytest.fixture(scope="module")
def stages(shared_redis: RedisServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    home = tmp_path_factory.mktemp("home")
    settings = load_settings(project=PROJECT, home=home, REDIS_URL=shared_redis.url)
    with ShopStages.opened(settings) as opened:
        yield opened


def played(script: Script, project: Project, stages: ShopStages) -> Iterator[tuple[str, BotMessage]]:
    """Each of the bot's messages with what the customer has written so far."""
    meaning = ScriptedMeaning(None, project.domain)
    given = {step.name: some_value(step, project.domain) for step in script.given}
    with stages.prepare(script) as stage:
        agent = Agent(project, meaning, stage.runner, rng=random.Random(0))
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
    return [word for word in words if word.casefold() not in told.casefold()]
