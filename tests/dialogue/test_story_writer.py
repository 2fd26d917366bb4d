"""A conversation written as a story is read back as the same steps."""

from __future__ import annotations

from pathlib import Path

from bot_stories import Bot, project_of

from dialogue.events import ActiveLoop, SlotSet, UserUtteranceReverted
from dialogue.stories import ActionStep, LoopStep, SlotStep, UserStep
from dialogue.story_writer import story_yaml

DOMAIN = """
    intents: [greet, order, faq]
    entities:
    - city: {roles: [from, to]}
    slots:
      place: {type: text, mappings: [{type: from_entity, entity: city, role: to}]}
    forms: {order_form: {required_slots: []}}
    responses:
      utter_greet: [text: hello]
      utter_where: [text: "where to?"]
"""
RULES = """
    rules:
    - rule: hello
      steps: [{intent: greet}, {action: utter_greet}]
    - rule: order
      steps: [{intent: order}, {action: utter_where}]
"""


def test_conversation_story_as_yaml(make_bot, tmp_path: Path):
    """`GET /conversations/{id}/story`: YAML story text, which our own reader understands."""
    bot: Bot = make_bot(domain=DOMAIN, rules=RULES)
    bot.hears('/order{"city": "Oslo"}')
    bot.hears("/greet")
    bot.tracker.apply(ActiveLoop("order_form"), ActiveLoop(None), SlotSet("place", "yes: [no]"))
    story = story_yaml(bot.tracker)
    project = project_of(tmp_path / "again", domain=DOMAIN, rules=RULES, stories=story)
    (read,) = project.stories
    assert read.name == "someone"
    assert next(step for step in read.steps if isinstance(step, UserStep)).intent == "order"
    assert next(s for s in read.steps if isinstance(s, UserStep)).entities[0].value == "Oslo"
    assert [step.name for step in read.steps if isinstance(step, ActionStep)] == [
        "utter_where",
        "utter_greet",
    ]
    assert [step.name for step in read.steps if isinstance(step, LoopStep)] == ["order_form", None]
    assert SlotStep("place", "yes: [no]") in read.steps


def test_what_was_taken_back_is_no_part_of_the_story(make_bot):
    bot: Bot = make_bot(domain=DOMAIN, rules=RULES)
    bot.hears("/greet")
    bot.hears("/order")
    bot.tracker.apply(UserUtteranceReverted())
    assert "utter_where" not in story_yaml(bot.tracker)
    assert "utter_greet" in story_yaml(bot.tracker)


def test_all_sessions_are_stories_of_their_own(make_bot):
    """`?all_sessions=true`."""
    bot: Bot = make_bot(domain=DOMAIN, rules=RULES)
    bot.hears("/greet")
    bot.clock.pass_minutes(120)
    bot.hears("/order")
    assert "utter_greet" not in story_yaml(bot.tracker)
    both = story_yaml(bot.tracker, all_sessions=True)
    assert "story 1" in both
    assert "story 2" in both
    assert "utter_greet" in both


def test_an_empty_conversation_has_no_story(make_bot):
    assert "stories: []" in story_yaml(make_bot(domain=DOMAIN, rules=RULES).tracker)
