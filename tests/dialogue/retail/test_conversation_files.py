"""The conversations in `data/test/conversations` go as they are written, and teach the bot nothing.

Their messages mean here what they say themselves; `frontdesk test` plays them with a model too.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from retail_stories import PROJECT

from app.conversation_tests import Tested as Outcome
from app.conversation_tests import TestPlan, run_tests
from app.settings import load_settings
from dialogue.project import load_project
from dialogue.testing.report import as_text
from dialogue.testing.scripts import script_files
from nlu.project_files import project_files
from tests.conftest import RedisServer
from training.data import normalised
from training.pipeline import frozen_test_set
from training.reading import read_training_data

CONVERSATIONS = PROJECT / "test" / "conversations"
WORDS_OF_ITS_OWN = 5  # a shorter message ("yes please") may well stand among the examples


@pytest.fixture(scope="module")
def tested(shared_redis: RedisServer, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """All conversations, played without a model."""
    home = tmp_path_factory.mktemp("home")
    settings = load_settings(project=PROJECT, home=home, REDIS_URL=shared_redis.url)
    return run_tests(settings, TestPlan((CONVERSATIONS,), understood=True))


def test_every_conversation_goes_as_it_was_written(tested: Outcome) -> None:
    assert all(one.passed for one in tested.played), as_text(tested.played)
    assert [one.problems for one in tested.played if one.problems] == []
    assert tested.notes == ()


def test_there_are_many_and_no_two_are_called_alike(tested: Outcome) -> None:
    names = [(Path(one.script.file).name, one.script.name) for one in tested.played]
    assert len(set(names)) == len(names) >= 180


def test_they_are_no_part_of_the_bot(tested: Outcome) -> None:
    files = set(script_files(CONVERSATIONS))
    assert files and files.isdisjoint(project_files(PROJECT).paths)
    told = {story.name for story in load_project(PROJECT).stories}
    assert told.isdisjoint(one.script.name for one in tested.played)


def test_no_message_of_theirs_is_an_example(tested: Outcome) -> None:
    said = [turn.said.text for one in tested.played for turn in one.script.turns if turn.said]
    longer = {normalised(text) for text in said if text and len(text.split()) >= WORDS_OF_ITS_OWN}
    assert len(longer) > 300
    examples = {normalised(one.text) for one in read_training_data(PROJECT).examples}
    assert longer & examples == set()
    judging = {one.source.rpartition(":")[0] for one in frozen_test_set(PROJECT)}
    assert not any("conversations" in source for source in judging)
