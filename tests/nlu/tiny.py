"""A very small shop, trained once a run with the real encoder, for tests that need a model."""

from __future__ import annotations

import functools
from pathlib import Path

from training.data import Example
from training.pipeline import Trained, train
from training.plan import Machine, Plan
from training.recipe import Recipe

RECIPE = Recipe(epochs=3, batch_size=16)
PLAN = Plan(recipe=RECIPE, machine=Machine("cpu"))

NLU = """\
version: "3.1"
nlu:
- intent: order_status
  examples: |
    - where is my order
    - has [1042](order_number) shipped yet
    - when will my parcel arrive
    - my package is late, where is it
    - track order [2210](order_number)
    - is my delivery on its way
    - any news about the things I ordered
    - what is the status of my order
- intent: cancel_order
  examples: |
    - cancel my order
    - please stop order [1042](order_number), I do not want it
    - I want to cancel what I bought yesterday
    - call off my purchase
    - I changed my mind, cancel it please
    - annul order [3111](order_number)
    - can I still cancel the order
    - do not send it, I cancel
- intent: return_item
  examples: |
    - I want to send the shoes back
    - how can I return this jacket
    - return label please
    - the dress does not fit, I would like to return it
    - take this lamp back
    - I am sending the kettle back to you
    - start a return for me
    - I would like to give the blanket back
- intent: greet
  examples: |
    - hello
    - hi there
    - good morning
    - hey
    - good evening
    - greetings
    - hello you
    - hi
- intent: thank
  examples: |
    - thank you
    - thanks a lot
    - many thanks
    - cheers, that helped
    - ty
    - thanks so much
    - great, thank you
    - thx
- intent: out_of_scope
  examples: |
    - will it rain tomorrow
    - who won the match last night
    - write a poem about the sea
    - what is the capital of Peru
    - solve this equation for me
    - who should I vote for
    - my head hurts, which pill should I take
    - tell me a joke
    - how tall is the Eiffel tower
    - translate this into Latin
- synonym: blue
  examples: |
    - navy
    - azure
- lookup: colour
  examples: |
    - blue
    - navy
    - azure
    - red
- regex: voucher
  examples: |
    - [A-Z]{4}-\\d{2}
"""

FAQ = """\
version: "3.1"
nlu:
- intent: faq/gift_wrapping
  examples: |
    - do you wrap gifts
    - can it be gift wrapped
    - is there wrapping paper for presents
    - how much is gift wrapping
- intent: faq/loyalty_points
  examples: |
    - how do loyalty points work
    - do I collect points
    - what are my bonus points worth
    - tell me about the loyalty programme
- intent: faq/climate
  examples: |
    - is your shipping climate neutral
    - how green are your parcels
    - what do you do for the environment
    - do you use recycled boxes
responses:
  utter_faq/gift_wrapping:
  - text: Yes, for 3 EUR.
  utter_faq/loyalty_points:
  - text: One point a euro.
  utter_faq/climate:
  - text: We use recycled boxes.
"""

TEST = """\
version: "3.1"
nlu:
- intent: order_status
  examples: |
    - where has my parcel got to
    - did order 1187 leave already
- intent: cancel_order
  examples: |
    - please cancel order 1093
    - I would like to cancel my purchase
- intent: return_item
  examples: |
    - I want to return these trousers
    - how do I send a chair back
- intent: faq/gift_wrapping
  examples: |
    - could you wrap my present
- intent: out_of_scope
  examples: |
    - is it going to snow on Sunday
    - name the president of France
"""


def write_project(folder: Path) -> Path:
    """Write the shop's files as a person would have them."""
    for name, content in (("nlu", NLU), ("faq", FAQ), ("test", TEST)):
        (folder / name).mkdir(parents=True)
        (folder / name / f"{name}.yml").write_text(content, encoding="utf-8")
    return folder


@functools.cache
def trained(folder: Path) -> Trained:
    """Train the shop's model into ``folder/models``; once a folder."""
    project = write_project(folder / "project")
    return train(project, folder / "models", PLAN)


def label(text: str, intent: str, number: int) -> Example:
    return Example(text=text, intent=intent, source=f"label:{number}")
