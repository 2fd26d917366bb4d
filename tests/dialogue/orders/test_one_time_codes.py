"""One-time codes: for whom they count, how often, and how long; in memory and in Redis."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from limits.storage import MemoryStorage
from redis import Redis

from dialogue.orders.codes import (
    TRIES,
    Claim,
    Delivery,
    KeptCodes,
    Letter,
    MemoryCodes,
    OneTimeCodes,
    RedisCodes,
    Verdict,
    code_in,
    masked,
)
from tests.conftest import RedisServer

MAYA = Claim("conversation-1", "1042", "maya@example.com")
CODE = "482913"


class Shop:
    """A shop that mails the same code always, with a clock to turn."""

    def __init__(self, kept: KeptCodes, secret: str = "a secret") -> None:
        self.now = datetime(2026, 3, 16, 12, tzinfo=UTC)
        self.letters: list[Letter] = []
        self.works = True
        self.codes = OneTimeCodes(
            kept, MemoryStorage(), secret, self, lambda: self.now, lambda: CODE
        )

    def send(self, letter: Letter, tell) -> None:
        self.letters.append(letter)
        tell(self.works)

    def mails(self, claim: Claim = MAYA) -> bool:
        return self.codes.send(claim, lambda code: Letter(claim.address, "Code", code))


@pytest.fixture(params=["memory", "redis"])
def kept(request: pytest.FixtureRequest) -> KeptCodes:
    if request.param == "memory":
        return MemoryCodes()
    server: RedisServer = request.getfixturevalue("redis_server")
    return RedisCodes(Redis.from_url(server.url))


@pytest.fixture
def shop(kept: KeptCodes) -> Shop:
    return Shop(kept)


def test_a_code_is_right_once(shop: Shop) -> None:
    assert shop.mails()
    assert shop.codes.waiting(MAYA) is Delivery.SENT
    assert shop.codes.check(MAYA, CODE) is Verdict.RIGHT
    assert shop.codes.check(MAYA, CODE) is Verdict.WRONG
    assert shop.codes.waiting(MAYA) is None


@pytest.mark.parametrize(
    "other",
    [
        replace(MAYA, conversation="conversation-2"),
        replace(MAYA, number="1043"),
        replace(MAYA, address="tom@example.com"),
    ],
    ids=["conversation", "order", "address"],
)
def test_a_code_is_worth_nothing_elsewhere(shop: Shop, other: Claim) -> None:
    shop.mails()
    assert shop.codes.check(other, CODE) is Verdict.WRONG


def test_the_fifth_wrong_try_ends_it_and_the_right_code_comes_too_late(shop: Shop) -> None:
    shop.mails()
    tries = [shop.codes.check(MAYA, "000000") for _ in range(TRIES)]
    assert tries == [Verdict.WRONG] * (TRIES - 1) + [Verdict.TOO_OFTEN]
    assert shop.codes.check(MAYA, CODE) is Verdict.TOO_OFTEN


def test_the_fifth_try_may_be_the_right_one(shop: Shop) -> None:
    shop.mails()
    for _ in range(TRIES - 1):
        shop.codes.check(MAYA, "000000")
    assert shop.codes.check(MAYA, CODE) is Verdict.RIGHT


def test_after_ten_minutes_it_is_over(shop: Shop) -> None:
    shop.mails()
    shop.now += timedelta(minutes=10)
    assert shop.codes.waiting(MAYA) is None
    assert shop.codes.check(MAYA, CODE) is Verdict.WRONG


@pytest.mark.parametrize("shared", ["conversation", "number", "address"])
def test_three_mails_an_hour_for_each_conversation_order_and_address(
    shop: Shop, shared: str
) -> None:
    claims = [
        replace(
            Claim(f"c-{n}", f"10{n}", f"person-{n}@example.com"), **{shared: getattr(MAYA, shared)}
        )
        for n in range(4)
    ]
    assert [shop.mails(claim) for claim in claims] == [True, True, True, False]
    assert len(shop.letters) == 3


def test_that_a_mail_could_not_be_sent_is_known(shop: Shop) -> None:
    shop.works = False
    shop.mails()
    assert shop.codes.waiting(MAYA) is Delivery.FAILED


def test_what_became_of_an_older_mail_is_not_told_of_a_newer_one(kept: KeptCodes) -> None:
    shop, tells = Shop(kept), []
    shop.send = lambda _letter, tell: tells.append(tell)  # type: ignore[method-assign]
    codes = iter(["111111", "222222"])
    shop.codes = OneTimeCodes(
        kept, MemoryStorage(), "s", shop, lambda: shop.now, lambda: next(codes)
    )
    shop.mails()
    shop.mails()
    tells[0](False)
    assert shop.codes.waiting(MAYA) is Delivery.UNDERWAY
    assert shop.codes.check(MAYA, "111111") is Verdict.WRONG
    assert shop.codes.check(MAYA, "222222") is Verdict.RIGHT


def test_of_many_right_ones_at_once_one_counts(shop: Shop) -> None:
    shop.mails()
    with ThreadPoolExecutor(8) as pool:
        verdicts = list(pool.map(lambda _: shop.codes.check(MAYA, CODE), range(8)))
    assert verdicts.count(Verdict.RIGHT) == 1


def test_many_guesses_at_once_get_five_tries(shop: Shop) -> None:
    shop.mails()
    guesses = [f"{n:06d}" for n in range(40)]
    with ThreadPoolExecutor(8) as pool:
        verdicts = list(pool.map(lambda guess: shop.codes.check(MAYA, guess), guesses))
    assert verdicts.count(Verdict.WRONG) == TRIES - 1
    assert shop.codes.check(MAYA, CODE) is Verdict.TOO_OFTEN


def test_redis_holds_neither_code_nor_address_and_forgets(redis_server: RedisServer) -> None:
    redis = Redis.from_url(redis_server.url)
    Shop(RedisCodes(redis)).mails()
    (key,) = redis.keys("frontdesk:code:*")
    stored = str([key, redis.hgetall(key)])
    for secret in (CODE, MAYA.address, MAYA.number, MAYA.conversation):
        assert secret not in stored
    assert 0 < redis.ttl(key) <= 600


def test_without_the_secret_a_stolen_hash_tells_no_code() -> None:
    kept = MemoryCodes()
    Shop(kept, "one secret").mails()
    assert Shop(kept, "another").codes.check(MAYA, CODE) is Verdict.WRONG


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("482913", CODE),
        ("482 913", CODE),
        ("482-913", CODE),
        ("it's 482913.", CODE),
        ("the mail says: 482913, thanks", CODE),
        ("验证码是482913谢谢", CODE),
        ("４８２９１３", CODE),
        ("٤٨٢٩١٣", CODE),
        ("48291", None),
        ("4829131", None),
        ("482913" * 800, None),
        ("482.913", None),
        ("48 29 13", None),
        ("-482913", None),
        ("x482913", None),
        ("⁴⁸²⁹¹³", None),
        ("", None),
    ],
)
def test_a_code_is_found_in_what_people_write(text: str, code: str | None) -> None:
    assert code_in(text) == code


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("anna@example.com", "a•••@e•••.com"),
        ("a@b.co", "a•••@b•••.co"),
        ("x@mail.shop.example", "x•••@m•••.example"),
        ("broken", "•••"),
    ],
)
def test_an_address_is_covered(address: str, told: str) -> None:
    assert masked(address) == told
