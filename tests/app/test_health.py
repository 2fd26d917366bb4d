"""What an operator watches: /healthz names each part, /metrics counts."""

from __future__ import annotations

from flask import Flask

from app.build import Frontdesk
from tests.app.conftest import WidgetUser


def test_healthz_names_every_part_and_the_one_that_is_missing(web: Flask) -> None:
    answer = web.test_client().get("/healthz")
    components = answer.json["components"]
    assert {"database", "orders", "redis", "live", "nlu", "worker"} == set(components)
    assert components["database"]["status"] == components["redis"]["status"] == "ok"
    assert components["nlu"]["status"] != "ok", "no host runs in this test"


def test_metrics_count_what_customers_say_and_never_tell_it(
    web: Flask, frontdesk: Frontdesk, customer: WidgetUser
) -> None:
    customer.say("hello")
    text = web.test_client().get("/metrics").text
    assert "# TYPE" in text and "frontdesk" in text
    assert "hello" not in text and customer.conversation_id not in text
