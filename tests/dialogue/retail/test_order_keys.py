"""Order numbers and e-mail addresses as customers write them."""

from __future__ import annotations

import pytest

from dialogue.retail.proof.order_keys import (
    email_in,
    is_email,
    number_in,
    resembles_email,
    resembles_number,
)


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("1042", "1042"),
        ("#1042!", "1042"),
        ("it's order 1042, I think", "1042"),
        ("订单号是1042吗", "1042"),
        ("（1042）", "1042"),
        ("订单１０４２", "1042"),
        ("１" * 12, None),
        ("a1042", None),
        ("12-1042", None),
        ("1.042", None),
        ("42", None),
        ("104200000000", None),
        ("", None),
    ],
)
def test_a_number(said: str, number: str | None) -> None:
    assert number_in(said) == number


@pytest.mark.parametrize(
    ("said", "email"),
    [
        ("anna@example.com", "anna@example.com"),
        ("<anna@example.com>, as ever", "anna@example.com"),
        ("1042，anna@example.com", "anna@example.com"),
        ("我的邮箱是anna@example.com。", "anna@example.com"),
        ("jürgen.groß@müller.example", "jürgen.groß@müller.example"),
        ("anna@example", None),
        ("anna at example dot com", None),
    ],
)
def test_an_email_address(said: str, email: str | None) -> None:
    assert email_in(said) == email
    assert is_email(said) == (said == email)


@pytest.mark.parametrize("said", ["anna@example", "anna(at)example.com", "anna AT example dot com"])
def test_what_is_meant_for_an_email_address(said: str) -> None:
    assert resembles_email(said) and not resembles_number(said)


@pytest.mark.parametrize("said", ["I don't know it", "it's at home", "no"])
def test_what_is_meant_for_neither(said: str) -> None:
    assert not resembles_email(said) and not resembles_number(said)
