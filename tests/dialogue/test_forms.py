"""Forms: asked, answered, interrupted, refused, ended."""

from __future__ import annotations

from collections.abc import Callable

from bot_stories import Bot
from rasa_sdk import Action, FormValidationAction
from rasa_sdk.events import ActiveLoop, SlotSet

MakeBot = Callable[..., Bot]

DOMAIN = """
    intents: [order, inform, weather, stop, affirm, deny, small_order]
    entities: [size, drink]
    slots:
      size:
        type: text
        influence_conversation: false
        mappings: [{type: from_entity, entity: size}]
      drink:
        type: text
        influence_conversation: false
        mappings:
        - {type: from_entity, entity: drink}
        - type: from_text
          intent: inform
          conditions: [{active_loop: meal, requested_slot: drink}]
      tip:
        type: text
        influence_conversation: false
        mappings:
        - {type: from_text, conditions: [{active_loop: meal, requested_slot: tip}]}
    forms:
      meal: {required_slots: [size, drink], ignored_intents: [weather, stop]}
    responses:
      utter_ask_size: [text: Which size?]
      utter_ask_meal_drink: [text: "Which drink with your {size} one?"]
      utter_ask_drink: [text: never said]
      utter_weather: [text: Sunny]
      utter_stopped: [text: Stopped]
      utter_done: [text: "One {size}, one {drink}"]
      utter_sure: [text: Really stop?]
      utter_default: [text: Pardon?]
      utter_action_failed: [text: Our fault]
"""
RULES = """
    rules:
    - rule: begin
      steps: [{intent: order}, {action: meal}, {active_loop: meal}]
    - rule: done
      condition: [{active_loop: meal}]
      steps:
      - action: meal
      - active_loop: null
      - slot_was_set: [requested_slot: null]
      - action: utter_done
    - rule: weather
      steps: [{intent: weather}, {action: utter_weather}]
    - rule: stop
      condition: [{active_loop: meal}]
      steps:
      - intent: stop
      - action: action_deactivate_loop
      - active_loop: null
      - action: utter_stopped
"""


def bot_of(make_bot: MakeBot, *actions, **files: str) -> Bot:
    bot = make_bot(*actions, **{"domain": DOMAIN, "rules": RULES, **files})
    bot.meanings.teach("a large one", "inform", size="large")
    bot.meanings.teach("tea please", "inform", drink="tea")
    bot.meanings.teach("a small cola", "inform", size="small", drink="cola")
    bot.meanings.teach("mumble", "inform")
    return bot


def test_a_form_asks_for_one_slot_after_the_other(make_bot: MakeBot):
    bot = bot_of(make_bot)
    assert bot.hears("/order") == ["Which size?"]
    assert (bot.loop, bot.slot("requested_slot")) == ("meal", "size")
    assert bot.hears("a large one") == ["Which drink with your large one?"]
    assert bot.actions == ["meal", "action_listen"]
    assert bot.hears("tea please") == ["One large, one tea"]
    assert (bot.loop, bot.slot("requested_slot")) == (None, None)
    assert bot.actions == ["meal", "utter_done", "action_listen"]
    assert bot.problems == ()


def test_one_message_may_fill_several_slots(make_bot: MakeBot):
    bot = bot_of(make_bot)
    bot.hears("/order")
    assert bot.hears("a small cola") == ["One small, one cola"]


def test_what_is_known_already_is_not_asked(make_bot: MakeBot):
    bot = bot_of(make_bot)
    assert bot.hears('/order{"size": "large"}') == ["Which drink with your large one?"]


def test_a_form_with_nothing_to_ask_is_done_at_once(make_bot: MakeBot):
    bot = bot_of(make_bot)
    assert bot.hears('/order{"size": "s", "drink": "tea"}') == ["One s, one tea"]
    assert bot.loop is None


def test_another_required_slot_counts_as_an_answer(make_bot: MakeBot):
    bot = bot_of(make_bot)
    bot.hears("/order")
    assert bot.hears("tea please") == ["Which size?"]
    assert bot.slot("drink") == "tea"


def test_a_side_question_is_answered_and_the_form_asks_again(make_bot: MakeBot):
    bot = bot_of(make_bot)
    bot.hears("/order")
    assert bot.hears("/weather") == ["Sunny", "Which size?"]
    assert bot.actions == ["utter_weather", "meal", "action_listen"]
    assert bot.hears("/weather") == ["Sunny", "Which size?"]
    assert bot.hears("a large one") == ["Which drink with your large one?"]
    assert bot.hears("/weather") == ["Sunny", "Which drink with your large one?"]
    assert bot.hears("tea please") == ["One large, one tea"]


def test_a_form_can_be_left(make_bot: MakeBot):
    bot = bot_of(make_bot)
    bot.hears("/order")
    assert bot.hears("/stop") == ["Stopped"]
    assert bot.loop is None
    assert bot.hears("/weather") == ["Sunny"]


def test_an_answer_that_fits_nothing_is_not_understood(make_bot: MakeBot):
    bot = bot_of(make_bot)
    bot.hears("/order")
    assert bot.hears("mumble") == ["Pardon?"]
    assert bot.loop == "meal"
    assert bot.hears("a large one") == ["Which drink with your large one?"]


def test_asking_for_the_form_again_asks_its_question_again(make_bot: MakeBot):
    bot = bot_of(make_bot)
    bot.hears("/order")
    assert bot.hears("/order") == ["Which size?"]
    assert bot.loop == "meal"


def test_another_form_takes_over(make_bot: MakeBot):
    bot = bot_of(
        make_bot,
        more="""
            forms: {snack: {required_slots: [drink]}}
            rules:
            - rule: snack
              steps: [{intent: small_order}, {action: snack}, {active_loop: snack}]
        """,
    )
    bot.hears("/order")
    assert bot.hears("/small_order") == ["never said"]
    assert bot.loop == "snack"


def test_a_story_may_go_on_inside_a_form_and_come_back(make_bot: MakeBot):
    bot = bot_of(
        make_bot,
        rules=RULES.split("    - rule: stop")[0],
        stories="""
            stories:
            - story: really stop
              steps:
              - intent: order
              - action: meal
              - active_loop: meal
              - intent: stop
              - action: utter_sure
              - intent: deny
              - action: meal
              - active_loop: meal
            - story: stop
              steps:
              - intent: order
              - action: meal
              - active_loop: meal
              - intent: stop
              - action: utter_sure
              - intent: affirm
              - action: action_deactivate_loop
              - active_loop: null
              - action: utter_stopped
        """,
    )
    bot.hears("/order")
    assert bot.hears("/stop") == ["Really stop?"]
    assert bot.actions == ["utter_sure", "action_listen"]
    assert bot.hears("/deny") == ["Which size?"]
    assert bot.loop == "meal"
    assert bot.hears("a small cola") == ["One small, one cola"]


def test_and_leave_it_there(make_bot: MakeBot):
    bot = bot_of(
        make_bot,
        rules=RULES.split("    - rule: stop")[0],
        stories="""
            stories:
            - story: stop
              steps:
              - intent: order
              - action: meal
              - active_loop: meal
              - intent: stop
              - action: utter_sure
              - intent: affirm
              - action: action_deactivate_loop
              - active_loop: null
              - action: utter_stopped
        """,
    )
    bot.hears("/order")
    bot.hears("/stop")
    assert bot.hears("/affirm") == ["Stopped"]
    assert bot.loop is None


class MealChecks(FormValidationAction):
    """Knows two sizes, brings a tip for large ones, and is done with `nothing`."""

    def name(self):
        return "validate_meal"

    async def required_slots(self, domain_slots, dispatcher, tracker, domain):
        if tracker.get_slot("size") == "large":
            return [*domain_slots, "tip"]
        return domain_slots

    def validate_size(self, value, dispatcher, tracker, domain):
        if value not in ("small", "large"):
            dispatcher.utter_message(text=f"There is no {value} one.")
            return {"size": None}
        return {"size": value}

    def validate_drink(self, value, dispatcher, tracker, domain):
        if value == "nothing":
            return {"drink": "nothing", "requested_slot": None}
        return {"drink": str(value).title()}

    def validate_tip(self, value, dispatcher, tracker, domain):
        return {"tip": value}


CHECKED = DOMAIN + "      utter_ask_tip: [text: A tip?]\n    actions: [validate_meal]\n"


def test_a_value_that_is_refused_is_asked_for_again(make_bot: MakeBot):
    bot = bot_of(make_bot, MealChecks, domain=CHECKED)
    bot.hears("/order")
    bot.meanings.teach("a huge one", "inform", size="huge")
    assert bot.hears("a huge one") == ["There is no huge one.", "Which size?"]
    assert bot.slot("size") is None


def test_what_is_known_already_is_checked_when_the_form_begins(make_bot: MakeBot):
    bot = bot_of(make_bot, MealChecks, domain=CHECKED)
    assert bot.hears('/order{"size": "huge"}') == ["There is no huge one.", "Which size?"]
    assert bot.hears('/order{"size": "small", "drink": "tea"}') == ["One small, one Tea"]


def test_required_slots_may_depend_on_answers(make_bot: MakeBot):
    bot = bot_of(make_bot, MealChecks, domain=CHECKED)
    bot.hears("/order")
    assert bot.hears("a large one") == ["Which drink with your large one?"]
    assert bot.hears("tea please") == ["A tip?"]
    assert bot.slot("requested_slot") == "tip"
    assert bot.hears("/weather") == ["Sunny", "A tip?"]
    assert bot.hears("two euro") == ["One large, one Tea"]
    assert bot.slot("tip") == "two euro"


def test_the_check_may_end_the_form(make_bot: MakeBot):
    bot = bot_of(make_bot, MealChecks, domain=CHECKED)
    bot.hears("/order")
    bot.meanings.teach("no drink", "inform", drink="nothing")
    bot.hears("no drink")
    assert (bot.loop, bot.slot("requested_slot")) == (None, None)


class EndsLoop(FormValidationAction):
    def name(self):
        return "validate_meal"

    async def run(self, dispatcher, tracker, domain):
        if tracker.get_slot("size"):
            return [ActiveLoop(None), SlotSet("size", "small")]
        return []


def test_the_check_may_end_the_loop(make_bot: MakeBot):
    bot = bot_of(make_bot, EndsLoop, domain=CHECKED)
    bot.hears("/order")
    bot.hears("a large one")
    assert (bot.loop, bot.slot("requested_slot"), bot.slot("size")) == (None, None, "small")


class Breaks(FormValidationAction):
    broken = True

    def name(self):
        return "validate_meal"

    async def run(self, dispatcher, tracker, domain):
        if self.broken and tracker.slots_to_validate():
            raise OSError("the kitchen is on fire")
        return [SlotSet(name, value) for name, value in tracker.slots_to_validate().items()]


def test_what_could_not_be_checked_is_not_taken(make_bot: MakeBot):
    checks = Breaks()
    bot = bot_of(make_bot, checks, domain=CHECKED)
    checks.broken = False
    bot.hears("/order")
    checks.broken = True
    assert bot.hears("a large one") == ["Our fault"]
    assert bot.slot("size") is None
    assert bot.loop == "meal"
    assert "the kitchen is on fire" in bot.problems[0]
    checks.broken = False
    assert bot.hears("a large one") == ["Which drink with your large one?"]


class Weather(Action):
    def name(self):
        return "action_weather"

    def run(self, dispatcher, tracker, domain):
        raise OSError("no satellite answers")


def test_a_side_question_whose_action_fails_leaves_the_form_asking(make_bot: MakeBot):
    """The action counts as done without events, so the form comes back in the same turn."""
    domain = DOMAIN + "    actions: [action_weather]\n"
    rules = RULES.replace("utter_weather", "action_weather")
    bot = bot_of(make_bot, Weather, domain=domain, rules=rules)
    bot.hears("/order")
    assert bot.hears("/weather") == ["Our fault", "Which size?"]
    assert bot.actions == ["action_weather", "meal", "action_listen"]
    assert not bot.tracker.active_loop.rejected
    assert "no satellite answers" in bot.problems[0]
    assert bot.hears("a large one") == ["Which drink with your large one?"]


class AsksSize(Action):
    def __init__(self, name: str = "action_ask_size") -> None:
        self._name = name

    def name(self):
        return self._name

    def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(text=f"asked by {self._name}, for {tracker.active_loop_name}")
        return []


def test_the_most_particular_question_is_asked(make_bot: MakeBot):
    own = "actions: [action_ask_size, action_ask_meal_drink]"
    bot = bot_of(make_bot, AsksSize(), AsksSize("action_ask_meal_drink"), more=own)
    assert bot.hears("/order") == ["asked by action_ask_size, for meal"]
    assert bot.hears("a large one") == ["asked by action_ask_meal_drink, for meal"]


def test_a_slot_that_cannot_be_asked_for_is_a_problem(make_bot: MakeBot):
    domain = DOMAIN.replace("utter_ask_size: [text: Which size?]", "utter_x: [text: x]")
    bot = bot_of(make_bot, domain=domain)
    assert bot.hears("/order") == []
    assert "cannot ask for 'size'" in bot.problems[0]


class Declines(FormValidationAction):
    def name(self):
        return "validate_meal"

    async def run(self, dispatcher, tracker, domain):
        return [{"event": "action_execution_rejected", "name": "meal"}]


def test_the_check_may_decline_for_the_form(make_bot: MakeBot):
    bot = bot_of(make_bot, Declines, domain=CHECKED)
    bot.tracker = bot.agent.tracker_of("someone", [])
    bot.hears("/weather")
    bot.hears("/order")
    assert bot.tracker.latest_action_name == "action_listen"


def test_the_check_sees_the_candidates_last(make_bot: MakeBot):
    seen = []

    class Looks(FormValidationAction):
        def name(self):
            return "validate_meal"

        async def run(self, dispatcher, tracker, domain):
            kinds = [(e["event"], e.get("name"), e.get("value")) for e in tracker.events[-3:]]
            seen.append((kinds, dict(tracker.slots_to_validate())))
            return [SlotSet(n, v) for n, v in tracker.slots_to_validate().items()]

    bot = bot_of(make_bot, Looks, domain=CHECKED)
    bot.hears("/order")
    bot.hears("a large one")
    kinds, candidates = seen[-1]
    assert kinds == [
        ("slot", "requested_slot", "size"),
        ("action", "meal", None),
        ("slot", "size", "large"),
    ]
    assert candidates == {"size": "large"}
