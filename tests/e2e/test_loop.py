"""The loop closed: wrongly understood, labelled, retrained, promoted, understood."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import DeskBrowser, Picture, Product, ShopVisitor

pytestmark = pytest.mark.e2e

# One need in words that the shipped examples do not have: a chit is an invoice to some.
MEANT = "get_invoice"
DIALECT = [
    "could I have the chit for my books",
    "chit for my tax man please",
    "send the chit for last month's shopping",
    "I want the chit",
    "the bean counter needs the chit for 2023",
    "there was no chit with what I bought",
    "mail me the chit once more, would you",
    "I never had a chit for the lamp",
    "which button gives me the chit",
    "a chit with the tax on it is what I am after",
]


def understood(product: Product, text: str) -> str:
    parsed = product.command("parse", text, "--json")
    assert parsed.returncode == 0, parsed.stderr
    return str(json.loads(parsed.stdout)["intent"]["name"])


def label(desk: DeskBrowser, text: str) -> None:
    page = desk.page
    page.goto(f"{desk.url}/desk/?search={text}")
    page.locator("table.list a").first.click()
    message = page.locator("li.customer", has_text=text).first
    message.get_by_role("combobox").select_option(MEANT)
    message.get_by_role("button", name="Correct").click()
    expect(message.locator(".labelled")).to_contain_text(MEANT)


@pytest.mark.timeout(900)
def test_a_sentence_the_bot_gets_wrong_is_understood_after_labels_and_retraining(
    visitor: ShopVisitor, desk: DeskBrowser, product: Product, picture: Picture
) -> None:
    before = product.health()["components"]["nlu"]["model_version"]
    sentence = DIALECT[0]
    visitor.open_shop()
    visitor.open_chat()
    for text in DIALECT:
        visitor.say(text)
    assert understood(product, sentence) != MEANT
    for text in DIALECT:
        label(desk, text)

    page = desk.page
    page.goto(f"{desk.url}/desk/models/")
    page.get_by_role("button", name=re.compile("Retrain with")).click()
    expect(page.locator("#job progress")).to_be_visible()
    expect(page.locator("#job")).to_contain_text(re.compile("The gate"), timeout=800_000)
    picture(page, "retrained")
    expect(page.locator("#job")).to_contain_text("The gate lets it pass")
    page.locator("tr", has_not_text="serving").get_by_role("button", name="Promote").first.click()

    listed = json.loads(product.command("models", "list", "--json").stdout)
    serving = listed["serving"]
    assert serving != before
    product.wait_until_serving(serving)
    assert understood(product, sentence) == MEANT
    visitor.say(sentence)

    accuracy = {model["version"]: model["accuracy"] for model in listed["models"]}
    assert accuracy[serving] >= accuracy[before] - 0.01, "on the frozen test set"

    back = product.command("models", "rollback", "--json")
    assert json.loads(back.stdout)["serving"] == before
    product.wait_until_serving(before)
