"""What an agent writes at the desk, and what stands in a document, a customer is told."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.conftest import wait_until
from tests.e2e.conftest import DeskBrowser, Picture, ShopVisitor

pytestmark = pytest.mark.e2e

QUESTIONS = "do you mend broken tent poles\ncan a snapped tent pole be repaired"
# A model of two passes surely takes one of them for a question, but not each.
OF_DEVICES = (
    "is a watch that is still tied to somebody's account checked?",
    "does the refund have to wait while a device is still tied to my account?",
    "do I have to unlink a device from my account in its app before I return it?",
)
ANSWER = "Yes: bring the pole to our shop, we mend it while you wait."


def test_an_answer_written_at_the_desk_is_given_without_a_training(
    visitor: ShopVisitor, desk: DeskBrowser, picture: Picture
) -> None:
    page = desk.page
    page.get_by_role("link", name="Answers").click()
    page.get_by_label("Questions, one a line").fill(QUESTIONS)
    page.get_by_label("Answer", exact=True).fill(ANSWER)
    page.get_by_role("button", name="Add the answer").click()
    expect(page.locator("table.list")).to_contain_text("snapped tent pole")
    picture(page, "answers")

    visitor.open_shop()
    visitor.open_chat()

    def told() -> bool:
        visitor.say("can you repair a broken tent pole?")
        return ANSWER in visitor.answers()[-1]

    wait_until(told, "the customer is told the new answer", 30)


def test_a_document_answers_with_a_link_to_its_place(
    visitor: ShopVisitor, picture: Picture
) -> None:
    visitor.open_shop()
    visitor.open_chat()
    link = visitor.page.get_by_role("link", name="Devices that know your data")
    for question in OF_DEVICES:
        visitor.say(question)
        if link.count():
            break
    assert "device" in visitor.answers()[-1]  # of the passage's sentences the nearest
    picture(visitor.page, "document-answer")
    with visitor.page.expect_popup() as opened:
        link.click()
    place = opened.value
    expect(place.get_by_role("heading", name="Devices that know your data")).to_be_in_viewport()
    picture(place, "document-place")
