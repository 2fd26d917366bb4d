"""Labels travel from one installation to another."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.build import Frontdesk
from app.label_files import export_labels
from nlu.errors import SourceError
from tests.app.conftest import DeskUser, WidgetUser
from tests.app.test_desk import message_id


def test_an_export_can_be_imported_and_twice_is_once(
    database_url: str, frontdesk: Frontdesk, agent: DeskUser, customer: WidgetUser, tmp_path: Path
) -> None:
    customer.say("hello")
    number = message_id(frontdesk, customer)
    agent.post(f"/desk/messages/{number}/label", kind="correct", intent="thank")
    file = tmp_path / "labels.jsonl"
    assert export_labels(frontdesk.labels.collect(), file) == 1
    assert frontdesk.imported_labels.add(file) == 1
    assert frontdesk.imported_labels.add(file) == 0
    (example,) = frontdesk.imported_labels.collect()
    assert (example.text, example.intent) == ("hello", "thank")
    assert example.source.startswith("label:imported-")


def test_any_format_is_taken_personal_data_is_not(
    database_url: str, frontdesk: Frontdesk, tmp_path: Path
) -> None:
    file = tmp_path / "a.csv"
    file.write_text(
        "text,label\nmail me at eve@example.org,contact_details\nwrap it,faq/gift_wrapping\n"
        "who won the match,oos\n"
    )
    assert frontdesk.imported_labels.add(file) == 3
    found = frontdesk.imported_labels.collect()
    assert "eve@example.org" not in found[0].text
    assert found[1].response_key == "faq/gift_wrapping" and found[1].intent == "faq"
    assert found[2].intent == "out_of_scope"
    file.write_text("text,label\nWRAP IT!,greet\n")
    assert frontdesk.imported_labels.add(file) == 1
    assert [one.intent for one in frontdesk.imported_labels.collect()][1] == "greet"


def test_an_unknown_intent_is_named_and_nothing_is_imported(
    database_url: str, frontdesk: Frontdesk, tmp_path: Path
) -> None:
    file = tmp_path / "a.csv"
    file.write_text("text,label\nhello,greet\nwhere,order_statu\n")
    with pytest.raises(SourceError, match=r"a.csv:3: .*did you mean 'order_status'"):
        frontdesk.imported_labels.add(file)
    assert frontdesk.imported_labels.collect() == []
