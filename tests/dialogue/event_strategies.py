"""Random events for hypothesis, of every kind."""

from __future__ import annotations

from hypothesis import strategies as st

from dialogue.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActionReverted,
    ActiveLoop,
    AgentUttered,
    AllSlotsReset,
    BotUttered,
    ConversationPaused,
    ConversationResumed,
    EntitiesAdded,
    FollowupAction,
    LoopInterrupted,
    ReminderCancelled,
    ReminderScheduled,
    Restarted,
    SessionEnded,
    SessionStarted,
    SlotSet,
    StoryExported,
    UserFeaturization,
    UserUtteranceReverted,
    UserUttered,
)
from dialogue.messages import BotMessage
from nlu.types import Entity, Feeling, IntentScore, RetrievalHit, Understanding

SLOTS = ("name", "size", "colours", "unknown_slot", "requested_slot")
INTENTS = ("greet", "order", "faq", "nlu_fallback", "stop")
ACTIONS = ("action_listen", "utter_greet", "order_form", "action_x", "action_session_start")
LOOPS = ("order_form", "other_form")

texts = st.text(max_size=20)
maybe_text = st.none() | texts
scalars = st.none() | st.booleans() | st.integers(-9, 9) | texts
values = scalars | st.lists(scalars, max_size=3)
objects = st.dictionaries(texts, scalars, max_size=2)
fractions = st.floats(0, 1)
common = {
    "timestamp": st.none() | st.floats(0, 2e9),
    "metadata": objects,
}

entities = st.builds(
    Entity,
    name=st.sampled_from(("size", "city")),
    value=values,
    start=st.integers(0, 5),
    end=st.integers(5, 9),
    role=st.none() | st.sampled_from(("from", "to")),
    group=st.none() | st.just("1"),
    extractor=maybe_text,
    confidence=st.none() | fractions,
)
intent_scores = st.builds(IntentScore, st.sampled_from(INTENTS), fractions)
hits = st.lists(st.sampled_from(("faq/a", "faq/b", "faq/c")), unique=True, max_size=3).map(
    lambda keys: tuple(RetrievalHit(key, 0.9 - n / 10) for n, key in enumerate(keys))
)
feelings = st.none() | st.builds(Feeling, st.sampled_from(("negative", "urgent")), fractions)
understandings = st.builds(
    Understanding,
    text=texts,
    intent_ranking=st.lists(intent_scores, max_size=3).map(tuple),
    entities=st.lists(entities, max_size=2).map(tuple),
    retrieval=hits,
    sentiment=feelings,
    urgency=feelings,
    language=st.none() | st.sampled_from(("en", "zh")),
    out_of_scope_score=st.none() | fractions,
    model_version=maybe_text,
    message_id=maybe_text,
    metadata=objects,
)
bot_messages = st.builds(
    BotMessage,
    text=maybe_text,
    buttons=st.lists(objects, max_size=2).map(tuple),
    quick_replies=st.lists(objects, max_size=2).map(tuple),
    image=st.none() | st.just("picture.png"),
    attachment=st.none() | st.just({"type": "file"}),
    elements=st.lists(objects, max_size=2).map(tuple),
    custom=st.none() | objects,
    metadata=objects,
)

events = st.one_of(
    st.builds(UserUttered, maybe_text, understandings, maybe_text, maybe_text, **common),
    st.builds(BotUttered, bot_messages, timestamp=common["timestamp"]),
    st.builds(
        ActionExecuted,
        st.sampled_from(ACTIONS),
        maybe_text,
        st.none() | fractions,
        maybe_text,
        st.booleans(),
        **common,
    ),
    st.builds(SlotSet, st.sampled_from(SLOTS), values, **common),
    st.builds(ActiveLoop, st.none() | st.sampled_from(LOOPS), **common),
    st.builds(LoopInterrupted, st.booleans(), **common),
    st.builds(ActionExecutionRejected, st.sampled_from(ACTIONS), maybe_text, **common),
    st.builds(FollowupAction, st.sampled_from(ACTIONS), **common),
    st.builds(EntitiesAdded, st.lists(entities, max_size=2).map(tuple), **common),
    st.builds(ReminderScheduled, texts, texts, values, maybe_text, st.booleans(), **common),
    st.builds(ReminderCancelled, maybe_text, maybe_text, values, **common),
    st.builds(AgentUttered, maybe_text, values, **common),
    st.builds(StoryExported, maybe_text, **common),
    st.builds(UserFeaturization, st.booleans(), **common),
    *(
        st.builds(kind, **common)
        for kind in (
            AllSlotsReset,
            Restarted,
            SessionStarted,
            SessionEnded,
            ConversationPaused,
            ConversationResumed,
            ActionReverted,
            UserUtteranceReverted,
        )
    ),
)
