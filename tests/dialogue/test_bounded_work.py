"""Work that does not grow with the conversation or the rules gives what the plain way gives."""

from __future__ import annotations

import json
from collections import deque

import pytest
from bot_stories import project_of
from event_strategies import ACTIONS, INTENTS, LOOPS, events
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis import Redis
from straightforward import applied_of, best_of, moments_of, states_of_story

from dialogue.domain import LISTEN, Domain
from dialogue.events import (
    ActionExecuted,
    ActionReverted,
    ActiveLoop,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
    event_from_json,
)
from dialogue.history import history_of, story_states
from dialogue.kept_trackers import KeptTrackers
from dialogue.policies.patterns import patterns_of
from dialogue.policies.rule_index import RuleIndex
from dialogue.states import OnlyInRules
from dialogue.store import InMemoryTrackerStore, RedisTrackerStore, TrackerStore
from dialogue.stories import ActionStep, LoopStep, Rule, SlotStep, UserStep
from dialogue.tracker import Tracker
from nlu.types import IntentScore, Understanding

DOMAIN = """
    intents: [greet, order, faq, stop]
    entities: [size, city]
    actions: [action_x, action_y]
    slots:
      name: {type: text, mappings: [{type: custom}]}
      size: {type: categorical, values: [small, large],
             mappings: [{type: from_entity, entity: size}]}
      colours: {type: list, mappings: [{type: custom}]}
    forms: {order_form: {required_slots: [size]}, other_form: {required_slots: [name]}}
    responses: {utter_greet: [text: hello], utter_ask_size: [text: "size?"]}
"""
STATE = (
    "slots",
    "latest_message",
    "latest_action_name",
    "latest_action_text",
    "active_loop",
    "paused",
    "ended",
    "rejected_action",
)


@pytest.fixture(scope="module")
def domain(tmp_path_factory: pytest.TempPathFactory) -> Domain:
    return project_of(tmp_path_factory.mktemp("bot"), domain=DOMAIN).domain


# Conversations that often run loops, answer them, and take things back.
said = st.sampled_from(INTENTS).map(
    lambda intent: UserUttered(intent, Understanding(intent, (IntentScore(intent, 1.0),)))
)
acted = st.builds(ActionExecuted, st.sampled_from(ACTIONS), hide_rule_turn=st.booleans()) | st.just(
    ActionExecuted(LISTEN)
)
begun = st.sampled_from((*LOOPS, None)).map(ActiveLoop)
undone = st.sampled_from((ActionReverted(), UserUtteranceReverted()))
filled = st.builds(SlotSet, st.sampled_from(("name", "size")), st.sampled_from((None, "small")))
likely = st.lists(st.one_of(said, acted, acted, begun, filled, undone, events), max_size=40)


def fold(domain: Domain, happened) -> Tracker:
    return Tracker.from_events("someone", domain, happened)


@given(likely)
def test_a_tracker_is_the_plain_fold_of_what_counts(domain, happened):
    tracker = fold(domain, happened)
    applied = applied_of(happened)
    assert tracker.applied == applied
    plain = fold(domain, applied)  # in which nothing is taken back
    for name in STATE:
        assert getattr(tracker, name) == getattr(plain, name)
    restarts = [e for e in happened if e.KIND in ("restart", "rewind", "undo", "session_started")]
    if not restarts or restarts[-1].KIND != "restart":
        assert tracker.followup_action == plain.followup_action


@given(likely)
def test_taking_back_more_than_is_marked_gives_the_same(domain, happened):
    tracker = Tracker("someone", domain)
    tracker._marks = deque(maxlen=2)
    tracker.apply(*happened)
    plain = fold(domain, happened)
    for name in (*STATE, "followup_action"):
        assert getattr(tracker, name) == getattr(plain, name)
    assert tracker.history.states == plain.history.states


@given(likely, st.integers(1, 6))
def test_a_history_that_grew_is_the_plain_history(domain, happened, most):
    tracker = fold(domain, happened)
    moments, present = moments_of(applied_of(happened), domain)
    states = (*(moment.state for moment in moments), present)
    assert tracker.history.moments == moments
    assert tracker.history.present == present
    assert tracker.history.latest_states(most) == states[-most:]
    assert history_of(tracker.applied, domain).states == states


@given(
    likely,
    st.builds(
        OnlyInRules,
        st.frozensets(st.sampled_from(("name", "size"))),
        st.frozensets(st.sampled_from(LOOPS)),
    ),
    st.integers(1, 6),
)
def test_what_stories_see_is_what_they_saw(domain, happened, only_in_rules, most):
    history = fold(domain, happened).history
    plain = states_of_story(*moments_of(applied_of(happened), domain), only_in_rules)
    assert story_states(history, only_in_rules) == plain
    assert story_states(history, only_in_rules, most) == plain[-most:]


steps = st.one_of(
    st.builds(ActionStep, st.sampled_from(("utter_greet", "action_x", "order_form"))),
    st.builds(SlotStep, st.just("size"), st.sampled_from(("small", "large", None))),
    st.builds(SlotStep, st.just("name"), any_value=st.just(True)),
    st.builds(LoopStep, st.none() | st.sampled_from(LOOPS)),
)
rules = st.builds(
    Rule,
    st.sampled_from("abc"),
    st.tuples(st.sampled_from(INTENTS).map(UserStep)) | st.just(()),
    st.lists(
        st.builds(SlotStep, st.just("size"), st.sampled_from(("small", None))), max_size=1
    ).map(tuple),
    st.booleans(),
    st.booleans(),
).flatmap(
    lambda rule: st.lists(steps, min_size=1, max_size=4).map(
        lambda more: Rule(
            rule.name,
            (*rule.steps, *more),
            rule.conditions,
            rule.conversation_start,
            rule.wait_for_user_input,
        )
    )
)


@given(st.lists(rules, max_size=12), likely)
@settings(max_examples=200)
def test_the_index_finds_the_rule_that_a_look_at_all_of_them_finds(domain, written, happened):
    index = RuleIndex(patterns_of(written, domain))
    history = fold(domain, happened).history
    assert index.best(history.latest_states(index.reach)) is best_of(index.patterns, history.states)


@pytest.fixture(params=["redis", "memory"])
def store(request: pytest.FixtureRequest) -> TrackerStore:
    if request.param == "memory":
        return InMemoryTrackerStore()
    return RedisTrackerStore(Redis.from_url(request.getfixturevalue("redis_server").url), 60)


@given(st.lists(st.tuples(st.lists(events, max_size=6), st.sampled_from("abx")), max_size=6))
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # it is emptied at the start
)
def test_any_events_stored_turn_by_turn_give_the_same_tracker(domain, store, turns):
    """Two processes take turns; `x` forgets, as a full Redis would. The log rebuilds then."""

    def read(sender, log):
        return Tracker.from_events(sender, domain, map(event_from_json, log))

    processes = {name: KeptTrackers(store, read, most_events=20) for name in "ab"}
    store.drop("c1")  # of the example before
    log: list[dict] = []
    for happened, name in turns:
        if name == "x":
            store.drop("c1")
            continue
        kept = processes[name].load("c1", "someone", len(log))
        tracker = kept or read("someone", log)
        plain = read("someone", log)
        assert tracker.current_state() == plain.current_state()
        assert tracker.applied == plain.applied
        assert tracker.history.states == plain.history.states
        tracker.apply(*happened)
        log.extend(json.loads(json.dumps(event.to_json())) for event in happened)
        processes[name].keep("c1", tracker, len(log))


def test_a_turn_that_was_not_kept_leaves_no_trace(domain):
    """What a turn did to its tracker counts only when it was kept."""
    kept = KeptTrackers(
        InMemoryTrackerStore(),
        lambda sender, log: Tracker.from_events(sender, domain, map(event_from_json, log)),
    )
    tracker = Tracker("someone", domain)
    tracker.apply(SlotSet("name", "Ann"))
    kept.keep("c1", tracker, 1)
    lent = kept.load("c1", "someone", 1)
    assert lent is tracker
    lent.apply(SlotSet("name", "Bob"))  # and then its transaction fails
    assert kept.load("c1", "someone", 1).slots["name"] == "Ann"


def test_a_long_conversation_is_kept_and_displaces_few_others(domain):
    kept = KeptTrackers(
        InMemoryTrackerStore(),
        lambda sender, log: Tracker.from_events(sender, domain, map(event_from_json, log)),
        most_events=20,
    )
    lengths = {"a": 1, "b": 2, "long": 100, "c": 1}
    trackers = {}
    for name, length in lengths.items():
        trackers[name] = Tracker(name, domain)
        trackers[name].apply(*[SlotSet("name", "Ann")] * length)
        kept.keep(name, trackers[name], length)
    for _ in range(3):
        for name, tracker in trackers.items():
            assert kept.load(name, name, lengths[name]) is tracker
            kept.keep(name, tracker, lengths[name])


def test_a_tracker_of_another_position_is_not_used(domain):
    kept = KeptTrackers(
        InMemoryTrackerStore(),
        lambda sender, log: Tracker.from_events(sender, domain, map(event_from_json, log)),
    )
    tracker = Tracker("someone", domain)
    tracker.apply(SlotSet("name", "Ann"))
    kept.keep("c1", tracker, 2)  # the log has an event that the tracker lacks
    assert kept.load("c1", "someone", 2) is None
    kept.keep("c1", tracker, 1)
    assert kept.load("c1", "someone", 2) is None
    assert kept.load("c1", "someone", 1) is not None
    kept.drop("c1")
    assert kept.load("c1", "someone", 1) is None
