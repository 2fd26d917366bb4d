"""Photographs at the widget: chosen, dropped, pasted, shown; and what a refused one is told."""

from __future__ import annotations

import base64
import io

from PIL import Image
from playwright.sync_api import expect

from tests.conftest import wait_until
from tests.widget.conftest import Visitor
from tests.widget.fake_server import FakeServer


def picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(file, "PNG")
    return file.getvalue()


MUG = {"name": "mug.png", "mimeType": "image/png", "buffer": picture()}
# A file as the browser hands it over when it is dropped or pasted.
GIVEN = """(element, [name, event, field, bytes, words]) => {
  const data = new DataTransfer();
  const content = Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0));
  const file = new File([content], name, {type: "image/png"});
  data.items.add(file);
  if (words) data.setData("text/plain", words);
  const options = {bubbles: true, composed: true, cancelable: true, [field]: data};
  const Kind = event === "paste" ? ClipboardEvent : DragEvent;
  element.dispatchEvent(new Kind(event, options));
}"""


def give(visitor: Visitor, event: str, words: str = "") -> None:
    field = "clipboardData" if event == "paste" else "dataTransfer"
    sent = base64.b64encode(picture()).decode()
    visitor.composer.evaluate(GIVEN, ["mug.png", event, field, sent, words])


def choose(visitor: Visitor, file: dict = MUG) -> None:
    """With the button, as a person does."""
    with visitor.page.expect_file_chooser() as chooser:
        visitor.press("Add a photograph")
    chooser.value.set_files(files=[file])


def test_a_photograph_is_chosen_dropped_or_pasted_and_is_seen(
    visitor: Visitor, server: FakeServer
) -> None:
    problems: list[str] = []
    visitor.page.on("console", lambda line: problems.append(line.text))
    visitor.visit().open()
    choose(visitor)
    shown = visitor.page.get_by_alt_text("The photograph you sent")
    expect(shown).to_have_count(1)
    wait_until(lambda: shown.evaluate("(e) => e.complete && e.naturalWidth") == 60, "its pixels")
    visitor.sees("Thank you, I have your photograph.")

    give(visitor, "dragover")
    expect(visitor.panel).to_have_class("panel dropping")
    give(visitor, "drop")
    expect(shown).to_have_count(2)
    expect(visitor.panel).to_have_class("panel")
    give(visitor, "paste", "a table's words")
    give(visitor, "paste")
    expect(shown).to_have_count(3)
    assert server.photos == [picture()] * 3
    assert all("client_msg_id=" in one.query for one in server.calls("POST", "/photos"))
    for call in server.calls("GET", f"/photos/{0:032x}"):
        assert call.headers["Authorization"].startswith("Bearer ") and call.query == ""

    visitor.visit()
    expect(shown).to_have_count(3)
    assert [p for p in problems if "Content Security" in p or "Uncaught" in p] == []


def test_what_cannot_be_sent_is_told_in_words(visitor: Visitor, server: FakeServer) -> None:
    visitor.visit().open()
    strip = visitor.page.locator(".strip")
    server.faults.refuse_posts = [(422, "not_a_photo", {}), (503, "unavailable", {})]
    choose(visitor, {**MUG, "name": "mug.pdf", "buffer": b"%PDF"})
    expect(strip).to_contain_text("no photograph we can read")
    expect(strip.get_by_role("button", name="Try again")).to_have_count(0)
    choose(visitor)
    expect(strip).to_contain_text("was not sent")
    tried = server.calls("POST", "/photos")[-1].query
    strip.get_by_role("button", name="Try again").click()
    expect(visitor.page.get_by_alt_text("The photograph you sent")).to_be_visible()
    assert server.calls("POST", "/photos")[-1].query == tried, "the same id: it is stored once"
    expect(strip).to_be_empty()
    choose(visitor, {**MUG, "buffer": b"0" * (8 * 1024 * 1024 + 1)})
    expect(strip).to_contain_text("up to 8 MB")
    visitor.press("Close")
    expect(strip).to_be_empty()
    assert len(server.photos) == 1
