"""What Chinese customers put right, and what goes on with the matter at hand."""

from __future__ import annotations

from datetime import date

import pytest

from dialogue.orders import rules
from dialogue.retail.changing.address_parts import put_right
from dialogue.retail.people.calling_back import wants_call

KNOWN = "Kastanienallee 8, 10435 Berlin, Germany"


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("哎不对，门牌号是18，不是8", "Kastanienallee 18, 10435 Berlin, Germany"),
        ("街道和城市都不变，就是门牌改成18号", "Kastanienallee 18, 10435 Berlin, Germany"),
        ("啊写错了，是Torstraße 100", "Torstraße 100, 10435 Berlin, Germany"),
        ("邮编错了，应该是10437", "Kastanienallee 8, 10437 Berlin, Germany"),
        ("啊等等，门牌号是18不是8，邮编也错了，10437", "Kastanienallee 18, 10437 Berlin, Germany"),
        ("门牌号不是8是18，邮编10437", "Kastanienallee 18, 10437 Berlin, Germany"),
        ("门牌号写错了，应该是18", "Kastanienallee 18, 10435 Berlin, Germany"),
        (
            "wait, the house number is 18 not 8, and the postcode is wrong too, 10437",
            "Kastanienallee 18, 10437 Berlin, Germany",
        ),
        ("house number 7, Torstraße, 10119 Berlin", None),
        ("5号之前能到吗", None),
        ("我周五18号前要收到", None),
        ("对，就这个，谢谢", None),
    ],
)
def test_a_part_of_an_address_is_put_right(text: str, right: str | None) -> None:
    assert put_right(KNOWN, text) == right


@pytest.mark.parametrize(
    ("text", "wants"),
    [
        ("你们回头打电话给我吧，13800138000", True),
        ("我要你们回电话给我", True),
        ("can you call me back please", True),
        ("说好给我回电话的，没人打", False),
        ("nobody called me back", False),
        ("can I call you?", False),
        ("提醒我明天打电话给我妈", False),
    ],
)
def test_a_call_is_wished_for(text: str, wants: bool) -> None:
    assert wants_call(text) is wants


def test_no_parcel_is_promised_for_a_sunday() -> None:
    thursday, sunday = date(2026, 11, 26), date(2026, 11, 29)
    assert rules.delivery_day(sunday, thursday) == date(2026, 11, 30)
    assert rules.delivery_day(sunday, date(2026, 12, 2)) == date(2026, 11, 28)
    assert rules.delivery_day(thursday, thursday) == thursday
