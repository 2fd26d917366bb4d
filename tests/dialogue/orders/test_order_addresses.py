"""Addresses as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.orders.addresses import (
    NewAddress,
    complete_address,
    looks_like_address,
    parse_address,
)
from dialogue.orders.errors import InvalidAddress, NotDeliveredThere


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (
            "Lindenstraße 12, 10969 Berlin, Germany",
            NewAddress("Lindenstraße 12", "10969", "Berlin", "DE"),
        ),
        ("Lindenstraße 12\n10969 Berlin", NewAddress("Lindenstraße 12", "10969", "Berlin")),
        (
            "please send it to Keizersgracht 210, 1016 DZ Amsterdam, Netherlands",
            NewAddress("Keizersgracht 210", "1016 DZ", "Amsterdam", "NL"),
        ),
        (
            "the new address is Götgatan 48, 118 26 Stockholm",
            NewAddress("Götgatan 48", "118 26", "Stockholm"),
        ),
        (
            "12 Camden Street, Dublin, D02 X285",
            NewAddress("12 Camden Street", "D02 X285", "Dublin"),
        ),
        ("Rua das Flores 5, 4050-253 Porto", NewAddress("Rua das Flores 5", "4050-253", "Porto")),
        ("Grodzka 7, 31-041 Kraków, PL", NewAddress("Grodzka 7", "31-041", "Kraków", "PL")),
        (
            "Hauptstr. 5, 10115 Berlin, 2nd floor",
            NewAddress("Hauptstr. 5, 2nd floor", "10115", "Berlin"),
        ),
    ],
)
def test_complete_addresses(typed: str, expected: NewAddress) -> None:
    assert parse_address(typed) == expected


@pytest.mark.parametrize(
    ("typed", "missing"),
    [
        ("", ("street", "postcode and town")),
        ("Berlin", ("postcode",)),
        ("10969 Berlin", ("street",)),
        ("Lindenstraße, 10969 Berlin", ("house number",)),
        ("my office", ("postcode",)),
        ("Lindenstraße 12, 10969", ("street",)),
    ],
)
def test_what_is_missing_is_named(typed: str, missing: tuple[str, ...]) -> None:
    with pytest.raises(InvalidAddress) as caught:
        parse_address(typed)
    assert caught.value.missing == missing


@given(st.text(max_size=600))
def test_any_text_is_an_address_or_is_not_but_never_breaks(text: str) -> None:
    try:
        address = parse_address(text)
    except InvalidAddress as error:
        assert error.missing
    else:
        assert address.street and address.postcode and address.city
        assert len(address.street) <= 120
        assert len(address.city) <= 80


@pytest.mark.parametrize(
    ("typed", "present", "country"),
    [
        ("Schanzenstraße 7, 20357 Hamburg", "DE", "DE"),
        ("Schanzenstraße 7, 20357 Hamburg, Germany", "NL", "DE"),
        ("Overtoom 3, 1054 HB Amsterdam", "NL", "NL"),
        ("Rua das Flores 5, 4050-253 Porto", "PT", "PT"),
        ("12 Camden Street, Dublin, D02 X285", "IE", "IE"),
    ],
)
def test_an_address_without_a_country_stays_in_the_present_one(
    typed: str, present: str, country: str
) -> None:
    address = complete_address(typed, present)
    assert address.country == country
    assert parse_address(str(address)) == address


@pytest.mark.parametrize(
    ("typed", "present", "missing"),
    [
        ("Schanzenstraße 7, 20357 Barendorf", "NL", ("country",)),
        ("Schanzenstraße 7, 1054 HB Hamburg, Germany", "NL", ("postcode of that country",)),
    ],
)
def test_a_postcode_that_cannot_be_there_is_asked_about(
    typed: str, present: str, missing: tuple[str, ...]
) -> None:
    with pytest.raises(InvalidAddress) as caught:
        complete_address(typed, present)
    assert caught.value.missing == missing


@pytest.mark.parametrize(
    ("typed", "present", "country"),
    [
        ("350 Fifth Avenue, New York, NY 10118, USA", "DE", "US"),
        ("350 Fifth Avenue, New York, NY 10118 U.S.A.", "DE", "US"),
        ("Bahnhofstrasse 1, 8001 Zürich, Switzerland", "AT", "CH"),
        ("Bahnhofstrasse 1, 8001 Zürich Schweiz", "AT", "CH"),
        ("Bahnhofstrasse 1, CH-8001 Zürich", "AT", "CH"),
        ("Karl Johans gate 1, 0154 Oslo, Norway", "DK", "NO"),
        ("Karl Johans gate 1，0154 Oslo，挪威", "DE", "NO"),
        ("10 Downing Street, London SW1A 2AA, the UK", "DE", "GB"),
        ("350 Fifth Avenue, 10118 New York, United States of America", "DE", "US"),
        ("Main Street 1, 12345 X, South Georgia & South Sandwich Islands", "DE", "GS"),
    ],
)
def test_an_address_where_we_do_not_deliver_is_none_of_the_present_country(
    typed: str, present: str, country: str
) -> None:
    with pytest.raises(NotDeliveredThere) as caught:
        complete_address(typed, present)
    assert caught.value.country == country
    assert looks_like_address(typed)


@pytest.mark.parametrize(
    ("typed", "city", "country"),
    [
        ("Lindenstr. 12, DE-10969 Berlin", "Berlin", "DE"),
        ("Graben 1, 1010 Wien, Österreich", "Wien", "AT"),
        ("Keizersgracht 210, 1016 DZ Amsterdam, Niederlande", "Amsterdam", "NL"),
        ("12 rue Aldringen, L-1118 Luxembourg", "Luxembourg", None),
        ("10 rue de la Suisse, 06000 Nice", "Nice", None),
        ("Dorfstraße 5, 5522, St. Martin", "St. Martin", None),
    ],
)
def test_what_resembles_another_country_is_none(typed: str, city: str, country: str | None) -> None:
    address = parse_address(typed)
    assert (address.city, address.country) == (city, country)


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("Kastanienallee 5, 10435 Berlin", "DE"),
        ("Hornsgatan 12, 118 20 Stockholm", "SE"),
        ("Storgatan 3, 852 30 Sundsvall", "SE"),
        ("Kastanienallee 5, 10435 Berlin, Sweden", "SE"),
    ],
)
def test_a_large_town_says_the_country_where_none_is_named(text: str, country: str) -> None:
    assert complete_address(text, "SE").country == country
