"""End-to-end steps: `user:` and `bot:` texts that count word for word, beside intents."""

from __future__ import annotations

from collections.abc import Callable

from bot_stories import Bot

from dialogue.events import event_from_json
from dialogue.tracker import Tracker

MakeBot = Callable[..., Bot]

DOMAIN = """
    intents: [greet, restart, chitchat]
    responses:
      utter_hello: [text: Hello]
      utter_secret: [text: You found it]
      utter_default: [text: Pardon?]
"""


def test_a_rule_on_words_comes_before_the_rule_on_the_intent(make_bot: MakeBot):
    """RulePolicy 3. rule matched on user text (e2e); 4. rule matched on intent."""
    bot = make_bot(
        domain=DOMAIN,
        rules="""
            rules:
            - rule: intent
              steps: [{intent: greet}, {action: utter_hello}]
            - rule: words
              steps: [{user: open sesame}, {action: utter_secret}]
        """,
    )
    bot.meanings.teach("open sesame", "greet")
    bot.meanings.teach("hello", "greet")
    assert bot.hears("open sesame") == ["You found it"]
    assert bot.actions == ["utter_secret", "action_listen"]
    assert bot.hears("hello") == ["Hello"]


def test_words_that_no_rule_knows_are_judged_by_their_intent(make_bot: MakeBot):
    bot = make_bot(
        domain=DOMAIN,
        rules="""
            rules:
            - rule: words with a condition
              condition: [{active_loop: action_two_stage_fallback}]
              steps: [{user: open sesame}, {action: utter_secret}]
            - rule: intent
              steps: [{intent: greet}, {action: utter_hello}]
        """,
    )
    bot.meanings.teach("open sesame", "greet")
    assert bot.hears("open sesame") == ["Hello"]


def test_a_rule_on_words_comes_before_a_default_intent(make_bot: MakeBot):
    """restart→action_restart (unless an e2e-text rule matched)."""
    bot = make_bot(
        domain=DOMAIN,
        rules="rules: [{rule: r, steps: [{user: from the start}, {action: utter_secret}]}]",
    )
    bot.meanings.teach("from the start", "restart")
    assert bot.hears("from the start") == ["You found it"]


STORY = """
    stories:
    - story: a riddle
      steps:
      - user: what walks on four legs
      - bot: A child does.
      - user: and on three
      - bot: You know it.
      - intent: greet
      - action: utter_hello
"""


def test_a_story_of_texts_is_remembered(make_bot: MakeBot):
    bot = make_bot(domain=DOMAIN, stories=STORY)
    assert bot.hears("what walks on four legs") == ["A child does."]
    assert bot.hears("and on three") == ["You know it."]
    assert bot.hears("/greet") == ["Hello"]


def test_the_second_line_alone_is_not_that_story(make_bot: MakeBot):
    bot = make_bot(domain=DOMAIN, stories=STORY)
    assert bot.hears("and on three") == ["Pardon?"]


def test_the_tracker_tells_the_text_and_is_rebuilt_from_its_events(make_bot: MakeBot):
    """latest_action is {"action_text"}; user_featurization is needed when replaying e2e."""
    bot = make_bot(domain=DOMAIN, stories=STORY)
    bot.hears("what walks on four legs")
    kinds = [event.KIND for event in bot.tracker.events]
    assert kinds[-5:] == ["user", "user_featurization", "action", "bot", "action"]
    assert bot.tracker.events[-3].to_json()["action_text"] == "A child does."
    events = [event_from_json(event.to_json()) for event in bot.tracker.events]
    said = Tracker.from_events("someone", bot.project.domain, events[:-1])
    assert said.current_state()["latest_action"] == {"action_text": "A child does."}
    bot.tracker = Tracker.from_events("someone", bot.project.domain, events)
    assert bot.hears("and on three") == ["You know it."]
