"""The widget's pure modules, run in the browser they are written for, on many cases."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser

from tests.conftest import REPOSITORY
from tests.widget.fake_server import FakeServer

WIDGET = REPOSITORY / "app" / "static" / "widget"
Run = Callable[[str, str, Any], Any]


@pytest.fixture(scope="module")
def run(chromium: Browser, fake_server: FakeServer) -> Iterator[Run]:
    """Evaluate an expression over `given` with everything a module exports in scope as `m`."""
    page = chromium.new_page(locale="en-GB", timezone_id="Europe/Berlin")
    page.goto(f"{fake_server.url}/no-such-page")  # plain, with no policy and no chat on it

    def evaluate(module: str, expression: str, given: Any = None) -> Any:
        path = f"/static/widget/{module}.js"
        script = f"async (given) => {{ const m = await import('{path}'); return ({expression}); }}"
        return page.evaluate(script, given)

    yield evaluate
    page.close()


# --- the parser of server-sent events

PARSE = (
    "(() => { const p = new m.EventParser(); return given.flatMap((piece) => p.push(piece)); })()"
)
CASES = {
    "a plain event": (["data: a\n\n"], [("message", "a", None)]),
    "a named event with a number": (
        ["id: 7\nevent: typing\ndata: {}\n\n"],
        [("typing", "{}", "7")],
    ),
    "several lines of data": (["data: a\ndata: b\ndata\n\n"], [("message", "a\nb\n", None)]),
    "no space after the colon": (["data:a\n\n"], [("message", "a", None)]),
    "one space only is dropped": (["data:  a\n\n"], [("message", " a", None)]),
    "carriage returns": (
        ["data: a\r\rdata: b\r\r"],
        [("message", "a", None), ("message", "b", None)],
    ),
    "both line ends": (["data: a\r\n\r\n"], [("message", "a", None)]),
    "a line end cut in two": (
        ["data: a\r", "\ndata: b\r\n", "\r", "\n"],
        [("message", "a\nb", None)],
    ),
    "an empty piece in a cut line end": (["data: a\r", "", "\n\r\n"], [("message", "a", None)]),
    "cut in the middle of a word": (["da", "ta: he", "llo\n", "\n"], [("message", "hello", None)]),
    "a heartbeat is no event": ([": ping\n\n", ": ping\n\n"], []),
    "an event without data is none": (["event: closed\n\n"], []),
    "empty data is an event": (["data\n\n"], [("message", "", None)]),
    "an unfinished event waits": (["data: a\n"], []),
    "a name does not outlive its event": (
        ["event: x\ndata: 1\n\ndata: 2\n\n"],
        [("x", "1", None), ("message", "2", None)],
    ),
    "a number does not outlive its event": (
        ["id: 1\ndata: 1\n\ndata: 2\n\n"],
        [("message", "1", "1"), ("message", "2", None)],
    ),
    "a NUL in a number": (["id: 1\0\ndata: a\n\n"], [("message", "a", None)]),
    "unknown fields": (["foo: bar\ndata: a\nbaz\n\n"], [("message", "a", None)]),
    "colons in data": (["data: a: b\n\n"], [("message", "a: b", None)]),
    "many scripts": (["data: Grüße 你好 👋\n\n"], [("message", "Grüße 你好 👋", None)]),
}


@pytest.mark.parametrize("case", CASES)
def test_events_are_parsed(run: Run, case: str) -> None:
    pieces, expected = CASES[case]
    found = [(one["event"], one["data"], one["id"]) for one in run("sse", PARSE, pieces)]
    assert found == expected


def test_the_servers_wish_to_wait_is_heard(run: Run) -> None:
    said = "(() => { const p = new m.EventParser(); p.push(given); return p.retry; })()"
    assert run("sse", said, "retry: 1500\n\n") == 1500
    assert run("sse", said, "retry: soon\n\n") is None


WORDS = st.text(st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs"]), max_size=12)
EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["message", "typing", "owner"]), st.lists(WORDS, min_size=1, max_size=3)
    )
)


@settings(max_examples=60, deadline=None)
@given(events=EVENTS, end=st.sampled_from(["\n", "\r\n", "\r"]), data=st.data())
def test_however_the_stream_is_cut_the_events_are_the_same(
    run: Run, events: list[tuple[str, list[str]]], end: str, data: st.DataObject
) -> None:
    lines = []
    for seq, (name, parts) in enumerate(events):
        lines += [f"id: {seq}", f"event: {name}", *(f"data: {part}" for part in parts), ""]
    whole = "".join(line + end for line in lines)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=8)))
    pieces = [whole[a:b] for a, b in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    expected = [(name, "\n".join(parts), str(seq)) for seq, (name, parts) in enumerate(events)]
    assert [(e["event"], e["data"], e["id"]) for e in run("sse", PARSE, pieces)] == expected


# --- the transcript

REPLAY = """(() => {
  const t = new m.Transcript();
  const placed = [];
  for (const [how, seqs] of given) placed.push(...t[how](seqs.map((seq) => ({ seq }))));
  const numbers = (list) => list.map(({ seq }) => seq);
  return { all: numbers(t.messages), placed: numbers(placed), last: t.last, gap: t.gap };
})()"""


@settings(max_examples=60, deadline=None)
@given(size=st.integers(1, 12), data=st.data())
def test_in_whatever_order_messages_come_each_is_placed_once_in_order(
    run: Run, size: int, data: st.DataObject
) -> None:
    once = data.draw(st.permutations(range(1, size + 1)))
    again = data.draw(st.lists(st.integers(1, size), max_size=6))
    arriving = [["add", [seq]] for seq in data.draw(st.permutations([*once, *again]))]
    end = run("transcript", REPLAY, arriving)
    assert end["all"] == end["placed"] == list(range(1, size + 1))
    assert not end["gap"]


@pytest.mark.parametrize(
    ("steps", "all_placed", "gap"),
    [
        ([["add", [1, 2, 4]]], [1, 2], True),
        ([["add", [1, 2, 4]], ["fill", [3, 4]]], [1, 2, 3, 4], False),
        ([["add", [3]], ["fill", [1, 2]]], [1, 2, 3], False),
        ([["add", [5]], ["fill", [1, 2]]], [1, 2], True),
        ([["fill", [1, 3]], ["add", [2, 4]]], [1, 3, 4], False),
        ([["fill", [2, 1]], ["fill", [1, 2]]], [1, 2], False),
        ([["add", []], ["fill", []]], [], False),
    ],
)
def test_a_gap_is_seen_and_closed_from_the_database(
    run: Run, steps: list[Any], all_placed: list[int], gap: bool
) -> None:
    end = run("transcript", REPLAY, steps)
    assert (end["all"], end["gap"]) == (all_placed, gap)


# --- messages


@pytest.mark.parametrize(
    "raw",
    [None, 7, "text", [], {}, {"seq": 0, "role": "bot"}, {"seq": "1", "role": "bot"},
     {"seq": 1.5, "role": "bot"}, {"seq": 1}, {"seq": 1, "role": "admin"}],
)  # fmt: skip
def test_what_is_no_message_is_none(run: Run, raw: Any) -> None:
    assert run("message", "m.readMessage(given)", raw) is None


def test_fields_of_the_wrong_type_become_empty_ones(run: Run) -> None:
    raw = {"seq": 1, "role": "bot", "text": {"a": 1}, "buttons": "no", "image": "javascript:a()",
           "elements": [None, 3, {"title": 5}, {"title": "ok", "buttons": [{}, {"title": "b"}]}],
           "client_msg_id": "x", "agent_name": ["A"], "created_at": 9}  # fmt: skip
    message = run("message", "m.readMessage(given)", raw)
    assert message["text"] == message["agentName"] == message["clientId"] == ""
    assert message["buttons"] == [] and message["image"] is None
    assert [card["title"] for card in message["cards"]] == ["ok"]
    assert [one["title"] for one in message["cards"][0]["buttons"]] == ["b"]


def suggested(run: Run, roles: str, pending: int = 0, owner: str = "bot") -> list[str]:
    """Roles as letters; a capital letter is a message with a button."""
    names = {"c": "customer", "b": "bot", "a": "agent", "s": "system"}
    messages = [
        {"role": names[letter.lower()], "buttons": [letter] if letter.isupper() else []}
        for letter in roles
    ]
    given = [messages, [0] * pending, owner]
    return run("message", "m.suggestions(...given)", given)


def test_choices_are_those_of_the_last_answer_only(run: Run) -> None:
    assert suggested(run, "cB") == ["B"]
    assert suggested(run, "cBb") == ["B"]
    assert suggested(run, "cBs") == ["B"]
    assert suggested(run, "cBc") == suggested(run, "cBcb") == suggested(run, "cBa") == []
    assert suggested(run, "cB", pending=1) == suggested(run, "cB", owner="human") == []
    assert suggested(run, "") == []


# --- links

LINKS = {
    "see https://a.example/x?y=1#z.": [("https://a.example/x?y=1#z", "https://a.example/x?y=1#z")],
    "(http://a.example/b)": [("http://a.example/b", "http://a.example/b")],
    "http://a.example/b_(c)": [("http://a.example/b_(c)", "http://a.example/b_(c)")],
    "mail help@shop.example!": [("help@shop.example", "mailto:help@shop.example")],
    "mailto:a.b+c@shop.example": [("mailto:a.b+c@shop.example", "mailto:a.b+c@shop.example")],
    "https://a.example and b@c.example": [
        ("https://a.example", "https://a.example/"),
        ("b@c.example", "mailto:b@c.example"),
    ],
    "HTTPS://A.EXAMPLE": [("HTTPS://A.EXAMPLE", "https://a.example/")],
    "javascript:alert(1)": [],
    "javascript://a.example/%0aalert(1)": [],
    "data:text/html,<script>alert(1)</script>": [],
    "vbscript:x file:///etc/passwd ftp://a.example": [],
    "https://shop.example@evil.example/": [],
    "https://": [],
    "order 1042, €49.90": [],
    'https://a.example/"onmouseover="alert(1)': [("https://a.example/", "https://a.example/")],
    "https://a.example/<b>": [("https://a.example/", "https://a.example/")],
}


@pytest.mark.parametrize("text", LINKS)
def test_only_addresses_become_links(run: Run, text: str) -> None:
    parts = run("links", "m.linkParts(given)", text)
    assert "".join(part["text"] for part in parts) == text
    assert [(part["text"], part["href"]) for part in parts if "href" in part] == LINKS[text]


@pytest.mark.parametrize(
    "text", ["a" * 4000, "a." * 2000, "a@" * 2000, "a@b." * 1000, "http://" * 500]
)
def test_long_texts_that_almost_hold_links_are_looked_through(run: Run, text: str) -> None:
    """A pattern that tries every way would not come back from these."""
    assert "".join(part["text"] for part in run("links", "m.linkParts(given)", text)) == text


# --- ids, waiting, colours, times, settings


def test_ids_are_uuids_of_version_7_in_the_order_of_their_making(run: Run) -> None:
    ids = run(
        "ids", "(() => { const id = m.idMaker(); return Array.from({ length: 9000 }, id); })()"
    )
    assert ids == sorted(set(ids))
    form = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
    assert all(form.fullmatch(one) for one in ids)


def test_ids_keep_their_order_when_the_clock_is_put_back(run: Run) -> None:
    clock = "(() => { const t = [900, 901, 300, 5, 902]; const id = m.idMaker(() => t.shift()); return [1, 2, 3, 4, 5].map(id); })()"  # noqa: E501
    ids = run("ids", clock)
    assert ids == sorted(set(ids))


def test_waits_grow_to_half_a_minute_and_are_spread_out(run: Run) -> None:
    ceilings = run(
        "backoff", "[0, 1, 2, 5, 6, 7, 50].map((n) => m.backoff(n, { random: () => 1 }))"
    )
    assert ceilings == [500, 1000, 2000, 16000, 30000, 30000, 30000]
    assert run("backoff", "m.backoff(5, { random: () => 0 })") == 0
    assert run("backoff", "m.backoff(0, { first: 1000, random: () => 1 })") == 1000


@pytest.mark.parametrize(
    "accent",
    ["#000", "#fff", "#808080", "#ff0", "#4f46a5", "red", "hsl(120 100% 50%)", "rebeccapurple",
     "#1f5f5b", "rgb(255 105 180)", "nonsense", "", "url(javascript:alert(1))", "#12"],
)  # fmt: skip
def test_any_accent_colour_can_be_read(run: Run, accent: str) -> None:
    contrasts = run(
        "colour",
        """(() => {
          const p = m.palette(given);
          const rgb = (name) => p[name].match(/\\d+/g).map(Number);
          return [
            m.contrast(rgb("--accent"), rgb("--on-accent")),
            m.contrast(rgb("--accent-on-light"), [240, 242, 244]),
            m.contrast(rgb("--accent-on-dark"), [38, 45, 52]),
          ];
        })()""",
        accent,
    )
    assert min(contrasts) >= 4.5


def test_times_are_the_readers(run: Run) -> None:
    shown = "m.clockTime(m.moment(given))"
    assert run("time", shown, "2026-01-05T12:05:00+00:00") == "13:05"
    assert run("time", shown, "2026-01-05T12:05:00Z") == "13:05"
    assert run("time", shown, "2026-01-05T12:05:00.123456") == "13:05", "no zone is UTC"
    assert run("time", "m.moment(given)", "whenever") is None
    day = "m.dayName(m.moment(given), new Date('2026-01-05T12:00:00Z'))"
    assert run("time", day, "2026-01-05T00:10:00Z") == "Today"
    assert run("time", day, "2026-01-04T22:59:00Z") == "Yesterday"
    assert run("time", day, "2026-01-04T23:01:00Z") == "Today", "midnight is the reader's"
    assert run("time", day, "2026-01-01T12:00:00Z") == "Thursday 1 January"
    assert "2025" in run("time", day, "2025-12-31T12:00:00Z")


def test_settings_have_defaults_and_bear_nonsense(run: Run) -> None:
    read = "m.readSettings(given, 'https://chat.example/desk/widget.js?v=2')"
    for nonsense in (None, 5, "x", [], {"starters": 3, "shopName": {}, "greeting": 1, "server": 2}):
        found = run(
            "settings",
            f"(({{ server, shopName, starters }}) => ({{ server, shopName, starters }}))({read})",
            nonsense,
        )
        assert found["server"] == "https://chat.example/desk"
        assert found["shopName"] == "the shop"
        assert found["starters"][0] == "Where is my order?" and len(found["starters"]) == 4
    given = {"server": "https://other.example/", "starters": ["A", 2, "", "B"], "shopName": " L "}
    found = run("settings", f"JSON.parse(JSON.stringify({read}))", given)
    assert found["server"] == "https://other.example"
    assert (found["starters"], found["shopName"]) == (["A", "B"], "L")


# --- habits of the source


def test_no_module_can_write_markup_or_listens_to_other_frames() -> None:
    forbidden = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|DOMParser"
        r"|srcdoc|document\.cookie|window\.postMessage|parent\.postMessage|on\(?[\"']message[\"']"
        r"|addEventListener\([\"']message[\"']"
    )
    for path in WIDGET.glob("*.js"):
        assert not forbidden.search(path.read_text()), path.name
