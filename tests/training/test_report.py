from __future__ import annotations

from training.evaluate import Answer, measured
from training.gate import Judged, judge
from training.report import Report, html

HOSTILE = '<script>alert("x")</script>'


def model(decided: str) -> Judged:
    answer = Answer(HOSTILE, "f:1", "greet", decided, decided, 0.9, 0.1, None, ())
    outside = Answer("joke?", "f:2", "out_of_scope", "out_of_scope", "greet", 0.4, 0.9, None, ())
    return Judged(measured([answer, outside]), measured([]))


def test_the_page_shows_everything_and_escapes_it() -> None:
    candidate, serving = model("greet"), model("thank")
    report = Report("v2", "v1", judge(candidate, serving), candidate, serving, (HOSTILE,))
    page = html(report)
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "v2 passes the gate" in page and "against v1" in page
    assert page.count("data:image/png;base64,") == 2
    assert report.to_json()["changed"][0]["gained"] is True


def test_a_page_without_test_set_or_serving_model() -> None:
    nothing = Judged(measured([]), measured([]))
    assert "no model before it" in html(Report("v1", None, judge(nothing, None), nothing, None, ()))
