"""The rules of business as a file: what it may say, and that everything else agrees with it."""

from __future__ import annotations

import re
from datetime import date, time
from pathlib import Path

import pytest
from babel import Locale

from dialogue.orders import rules
from dialogue.orders.addresses import COUNTRIES
from dialogue.orders.errors import NotReturnable, NotReturnableReason, OrderError
from dialogue.orders.policies import (
    Condition,
    ShopPolicies,
    project_policies,
    read_policies,
)
from dialogue.orders.reasons import reason_in
from dialogue.orders.seed_history import FREE_SHIPPING_CENTS, METHODS, SHIPPING_CENTS
from dialogue.orders.shop_files import read_products
from dialogue.orders.states import Lateness, ReturnReason
from dialogue.orders.states import OrderStatus as S
from nlu.errors import SourceError
from nlu.source import read_yaml

PROJECT = Path(__file__).parents[3] / "data"
DAY = date(2026, 3, 16)  # a Monday

STRICT = """
changes: {cancel_until: processing}
returns:
  days: 30
  reduced_days: 14
  goods:
    - {categories: [underwear], returnable: false}
    - {articles: [EL-9], days: 7, only: sealed}
  postage: {amount: 3.95, free_from: 40, free_for_members: true}
refunds:
  working_days: {Card: 3}
  other_methods: 7
deliveries: {delayed_after: 2, lost_after: 10}
"""


@pytest.fixture
def strict(tmp_path: Path) -> ShopPolicies:
    return read_policies(_file(tmp_path, STRICT))


@pytest.fixture(scope="module")
def shop() -> ShopPolicies:
    return project_policies(PROJECT)


def _file(folder: Path, content: str) -> Path:
    path = folder / "policies.yml"
    path.write_text(content, encoding="utf-8")
    return path


def test_a_shop_without_the_file_has_the_defaults(tmp_path: Path) -> None:
    assert project_policies(tmp_path) == ShopPolicies()
    assert read_policies(_file(tmp_path, "")) == ShopPolicies()
    assert read_policies(_file(tmp_path, "vat_percent: 21")).vat_percent == 21


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("returns:\n  dais: 30", r"policies.yml:2: returns.dais: .* did you mean 'days'"),
        ("returns:\n  days: thirty", "policies.yml:2: returns.days: "),
        ("returns:\n  days: -1", "policies.yml:2: returns.days: "),
        ("vat_percent: 19\nvat: 3", "policies.yml:2: vat: there is no such field"),
        ("returns:\n  postage:\n    amount: 3.955", "3: returns.postage.amount: '3.955' is not"),
        ("returns:\n  postage:\n    amount: -2", "3: returns.postage.amount: '-2' is not"),
        ("returns:\n  postage:\n    amount: .nan", "3: returns.postage.amount: "),
        ("returns:\n  goods:\n    - {days: 3}", "3: returns.goods.0: name 'categories'"),
        ("returns:\n  shop_pays_for: [whim]", "2: returns.shop_pays_for.0: Input should be"),
        ("changes: {cancel_until: shipped}", "1: changes.cancel_until: Input should be"),
        ("deliveries:\n  soonest: 6", "1: deliveries: 'soonest' must not be more"),
        ("deliveries:\n  lost_after: 1", "1: deliveries: 'lost_after' must be more"),
        ("deliveries:\n  tracking_pages:\n    Post: http://x", "2: deliveries.tracking_pages: "),
        ("gift_cards: {minimum: 300.00}", "1: gift_cards: 'minimum' must not be more"),
        ("people:\n  - {days: [mon], opens: '18:00', closes: '09:00'}", "2: people.0: 'opens'"),
        ("people:\n  - {days: [mon], opens: '09:00'}", "2: people.0.closes: Field required"),
        ("returns: [1, 2]", "1: returns: "),
        ("- 1\n- 2", "policies.yml:1: "),
        ("returns: {days: 1, days: 2}", "policies.yml:1: not valid YAML"),
    ],
)
def test_a_mistake_names_file_line_and_field(tmp_path: Path, content: str, told: str) -> None:
    with pytest.raises(SourceError, match=told):
        read_policies(_file(tmp_path, content))


def test_two_mistakes_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        read_policies(_file(tmp_path, "vat_percent: 190\nreturns: {days: x}"))
    assert "vat_percent" in str(caught.value)
    assert "returns.days" in str(caught.value)


def test_a_stage_decides_what_may_be_done(strict: ShopPolicies) -> None:
    rules.check_cancel("1042", S.PROCESSING, strict)
    with pytest.raises(OrderError):
        rules.check_cancel("1042", S.PACKED, strict)


@pytest.mark.parametrize(
    ("article", "last", "reason"),
    [
        (rules.Article("X"), date(2026, 4, 15), None),
        (rules.Article("X", reduced=True), date(2026, 3, 30), None),
        (rules.Article("EL-9"), date(2026, 3, 23), None),
        (rules.Article("X", "underwear"), DAY, NotReturnableReason.EXCLUDED),
    ],
)
def test_goods_have_their_own_days(
    strict: ShopPolicies,
    article: rules.Article,
    last: date,
    reason: NotReturnableReason | None,
) -> None:
    if reason is not None:
        with pytest.raises(NotReturnable) as caught:
            rules.check_return("1", S.DELIVERED, DAY, 1, last, strict, article)
        assert caught.value.reason is reason
        return
    rules.check_return("1", S.DELIVERED, DAY, 1, last, strict, article)
    assert rules.last_return_day(DAY, strict, article) == last
    with pytest.raises(NotReturnable) as caught:
        late = date.fromordinal(last.toordinal() + 1)
        rules.check_return("1", S.DELIVERED, DAY, 1, late, strict, article)
    assert caught.value.last_day == last


def test_a_condition_belongs_to_its_goods(strict: ShopPolicies) -> None:
    assert rules.return_condition(rules.Article("EL-9"), strict) is Condition.SEALED
    assert rules.return_condition(rules.Article("X"), strict) is None


@pytest.mark.parametrize(
    ("reason", "goods", "member", "cents"),
    [
        ("it is broken", 2_000, False, 0),
        ("you sent the wrong size", 2_000, False, 0),
        ("not as described", 2_000, False, 0),
        ("I don't like it", 2_000, False, 395),
        ("too small", 2_000, False, 395),
        ("", 2_000, False, 395),
        ("I don't like it", 2_000, True, 0),
        ("I don't like it", 4_000, False, 0),
        ("I don't like it", 100, False, 100),
    ],
)
def test_who_pays_the_way_back(
    strict: ShopPolicies, reason: str, goods: int, member: bool, cents: int
) -> None:
    assert rules.postage_cents(reason_in(reason), goods, member, strict) == cents


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("It arrived cracked", ReturnReason.DAMAGED),
        ("wrong colour", ReturnReason.WRONG_ITEM),
        ("the picture was nicer", ReturnReason.CHANGED_MIND),
        ("does not fit", ReturnReason.DOES_NOT_FIT),
        ("arrived too late", ReturnReason.LATE),
        ("太小了", ReturnReason.DOES_NOT_FIT),
        ("杯子破了", ReturnReason.DAMAGED),
        ("x" * 5_000, ReturnReason.CHANGED_MIND),
    ],
)
def test_what_a_reason_means(said: str, meant: ReturnReason) -> None:
    assert reason_in(said) is meant


def test_refunds_take_their_time_by_method(strict: ShopPolicies) -> None:
    assert rules.refund_expected_by(DAY, "card", strict) == date(2026, 3, 19)
    assert rules.refund_expected_by(DAY, "PayPal", strict) == date(2026, 3, 25)


@pytest.mark.parametrize(
    ("today", "late"),
    [
        (DAY, Lateness.ON_TIME),
        (date(2026, 3, 17), Lateness.ON_TIME),
        (date(2026, 3, 18), Lateness.DELAYED),
        (date(2026, 3, 27), Lateness.DELAYED),
        (date(2026, 3, 30), Lateness.LOST),
    ],
)
def test_a_parcel_is_late_and_then_lost(strict: ShopPolicies, today: date, late: Lateness) -> None:
    assert rules.lateness(DAY, today, strict) is late


# --- what the shop says elsewhere


def _said(name: str, language: str | None = None) -> str:
    for path in sorted((PROJECT).rglob("*.yml")):
        if path.parent.name in ("responses", "faq"):
            for variation in read_yaml(path).get("responses", {}).get(name, ()):
                if variation.get("language") == language:
                    return str(variation["text"])
    raise AssertionError(name)


def _money(cents: int) -> str:
    return f"€{cents // 100}" + (f".{cents % 100:02d}" if cents % 100 else "")


def test_the_answers_state_the_same_numbers(shop: ShopPolicies) -> None:
    days = f"within {shop.returns.days} days"
    assert days in _said("utter_return_policy")
    assert days in _said("utter_faq/return_hygiene_goods")
    assert days in _said("utter_faq/return_a_gift")
    assert f"Our {shop.returns.days} days" in _said("utter_faq/holiday_return_window")
    assert f"within {shop.returns.reduced_days} days" in _said("utter_faq/return_sale_items")
    assert "free of charge" in _said("utter_return_policy")
    assert "free of charge" in _said("utter_return_policy_free")
    assert shop.returns.postage.amount == 0
    slowest = max(shop.refunds.days_for(method) for method in METHODS)
    words = ("no", "one", "two", "three", "four", "five", "six", "seven")
    assert f"up to {words[slowest]} working days" in _said("utter_return_policy")
    for also in ("utter_ships_there", "utter_shipping_cost"):
        assert _money(shop.deliveries.shipping) in _said(also)
    shipping = _said("utter_shipping_options")
    assert f"costs {_money(shop.deliveries.shipping)} " in shipping
    assert f"free from {_money(shop.deliveries.free_from)}" in shipping
    takes = f"{words[shop.deliveries.soonest]} to {words[shop.deliveries.latest]} working days"
    for also in ("utter_shipping_options", "utter_ships_there", "utter_no_express"):
        assert takes in _said(also)
    cards = _said("utter_gift_card")
    assert f"from {_money(shop.gift_cards.minimum)} to {_money(shop.gift_cards.maximum)}" in cards
    assert f"valid for {words[shop.gift_cards.valid_years]} years" in cards


def test_the_hours_are_those_that_are_told(shop: ShopPolicies) -> None:
    week, saturday = shop.people
    assert (week.days[0], week.days[-1], saturday.days) == ("mon", "fri", ("sat",))
    answers = (
        "utter_opening_hours",
        "utter_open_on_sunday",
        "utter_contact_details",
        "utter_faq/answer_time",
    )
    for told in map(_said, answers):
        plain = re.sub(r"from |to ", "", told)
        for hours in shop.people:
            assert _clock(hours.opens) in plain
            assert _clock(hours.closes) in plain


def test_the_answer_names_every_country_that_we_deliver_to() -> None:
    said, in_chinese = _said("utter_shipping_options"), _said("utter_shipping_options", "zh")
    for code, (name, *_) in COUNTRIES.items():
        assert name in said
        assert Locale("zh").territories[code] in in_chinese


def test_who_sells_is_told_as_it_stands_on_invoices(shop: ShopPolicies) -> None:
    told, seller = _said("utter_faq/shop_trustworthy"), shop.seller
    assert f"{seller.name}, {seller.street}, {seller.postcode} {seller.city}" in told


def _clock(when: time) -> str:
    return f"{when.hour}:{when.minute:02d}"


def test_the_documents_state_the_same_numbers(shop: ShopPolicies) -> None:
    returns = (PROJECT / "documents" / "returns-policy.md").read_text(encoding="utf-8")
    assert f"within {shop.returns.days} days after it arrived" in returns
    assert f"stays set aside for {shop.returns.replacement_kept_days} days" in returns
    assert f"cost less than {_money(shop.damages.kept_below)}" in returns
    assert "don't simply let it lapse" in returns
    terms = (PROJECT / "documents" / "terms-of-delivery.md").read_text(encoding="utf-8")
    assert f"report breakage within {shop.damages.report_within_days} days" in terms
    assert "five working days, we open a search" in terms
    assert "takes up to eight working days" in terms
    assert shop.deliveries.lost_after == 5 + 8


def test_no_answer_states_a_number_of_return_days_of_its_own(shop: ShopPolicies) -> None:
    """Where the bot answers about an order, the number comes from the policies."""
    folder = PROJECT / "responses"
    in_general = set(read_yaml(folder / "service.yml")["responses"])
    for path in folder.glob("*.yml"):
        for name, variations in (read_yaml(path).get("responses") or {}).items():
            said = str([variation["text"] for variation in variations if "text" in variation])
            stated = re.search(r"\b30 days|30 天", said)
            assert stated is None or name in in_general, name


def test_the_shipped_policies_name_goods_that_there_are(shop: ShopPolicies) -> None:
    products = read_products(PROJECT / "shop" / "catalogue.yml")
    articles = {product.sku for product in products}
    categories = {product.category for product in products}
    for goods in shop.returns.goods:
        assert set(goods.articles) <= articles
        assert set(goods.categories) <= categories


def test_the_seeded_orders_were_shipped_at_the_same_price(shop: ShopPolicies) -> None:
    assert (shop.deliveries.shipping, shop.deliveries.free_from) == (
        SHIPPING_CENTS,
        FREE_SHIPPING_CENTS,
    )
