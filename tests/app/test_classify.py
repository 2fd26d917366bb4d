"""`frontdesk classify`: lines of a growing file, what is broken in them, and the chart."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from queue import Queue

import pytest

from app.errors import BadInput
from app.streams.chart import check_ending, write_chart
from app.streams.classifying import classified
from app.streams.growing import Line, lines_of
from nlu.errors import SourceError
from nlu.types import IntentScore, Understanding

NOW = datetime(2026, 3, 18, 12, tzinfo=UTC)
WAIT_S = 20


def answers(texts) -> list[Understanding]:
    return [Understanding(text, (IntentScore("good", 0.75),)) for text in texts]


def rows_of(content: str, path: Path = Path("asked.jsonl")) -> tuple[list[dict], list[str]]:
    path_lines = [Line(n, line.encode()) for n, line in enumerate(content.split("\n"), 1)]
    told: list[SourceError] = []
    found = classified([*path_lines, None], path, answers, told.append, lambda: NOW)
    return [row for rows in found for row in rows or ()], [str(error) for error in told]


def test_a_row_keeps_its_keys_and_gets_three() -> None:
    rows, told = rows_of('{"text": "a", "id": 7}\n\n{"text": "b", "time": "2026-01-02T03:04"}')
    assert rows == [
        {"text": "a", "id": 7, "time": NOW.isoformat(), "label": "good", "confidence": 0.75},
        {"text": "b", "time": "2026-01-02T03:04", "label": "good", "confidence": 0.75},
    ]
    assert told == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "not JSON"),
        ("[" * 5000, "not JSON"),
        ("[1]", "one object"),
        ('{"text": 5}', "no 'text'"),
        ('{"text": " "}', "no 'text'"),
        ('{"text": "a", "time": "noon"}', "'time'"),
        ('{"text": "a", "time": 1e300}', "'time'"),
        ('{"text": "a", "time": true}', "'time'"),
        (json.dumps({"text": "x" * 20_001}), "20,000"),
    ],
)
def test_a_broken_line_is_told_with_its_place_and_left_out(line: str, said: str) -> None:
    rows, told = rows_of(f'{{"text": "a"}}\n{line}\n{{"text": "b"}}')
    assert [row["text"] for row in rows] == ["a", "b"]
    assert len(told) == 1 and said in told[0] and told[0].startswith("asked.jsonl:2:")


class Followed:
    """A file that is followed in a thread."""

    def __init__(self, path: Path) -> None:
        self.found: Queue[Line] = Queue()
        self._lines: Iterator[Line | None] = lines_of(path, follow=True)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def _read(self) -> None:
        for line in self._lines:
            if line is not None:
                self.found.put(line)
            if self._stop.is_set():
                return

    def next(self) -> tuple[int, bytes]:
        line = self.found.get(timeout=WAIT_S)
        return line.number, line.content

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(WAIT_S)


@pytest.fixture
def growing(tmp_path: Path) -> Iterator[tuple[Path, Followed]]:
    path = tmp_path / "asked.jsonl"
    path.write_bytes(b"one\ntw")
    followed = Followed(path)
    yield path, followed
    followed.stop()


def test_a_growing_file_is_followed_by_whole_lines(growing: tuple[Path, Followed]) -> None:
    path, followed = growing
    assert followed.next() == (1, b"one")
    with path.open("ab") as file:
        file.write(b"o\nthree\n")
    assert [followed.next(), followed.next()] == [(2, b"two"), (3, b"three")]


def test_a_file_that_is_cut_short_begins_anew(growing: tuple[Path, Followed]) -> None:
    path, followed = growing
    assert followed.next() == (1, b"one")
    path.write_bytes(b"a\n")
    assert followed.next() == (1, b"a")


def test_a_file_that_is_replaced_is_read_to_its_end_first(
    growing: tuple[Path, Followed], tmp_path: Path
) -> None:
    path, followed = growing
    assert followed.next() == (1, b"one")
    with path.open("ab") as old:
        path.rename(tmp_path / "asked.jsonl.1")
        old.write(b"o\n")
    assert followed.next() == (2, b"two")
    path.write_bytes(b"new\n")
    assert followed.next() == (1, b"new")


def test_without_following_the_last_line_needs_no_end(tmp_path: Path) -> None:
    path = tmp_path / "asked.jsonl"
    path.write_bytes(b"one\r\ntwo")
    assert list(lines_of(path, follow=False)) == [Line(1, b"one"), Line(2, b"two"), None]


@pytest.mark.parametrize(("ending", "begins"), [("png", b"\x89PNG"), ("html", b"<!doctype html>")])
@pytest.mark.parametrize("span", [timedelta(0), timedelta(hours=30), timedelta(days=9000)])
def test_the_chart_is_drawn(tmp_path: Path, ending: str, begins: bytes, span: timedelta) -> None:
    path = tmp_path / f"chart.{ending}"
    counts = Counter({(NOW, "good"): 3, (NOW + span / 2, "bad"): 1, (NOW + span, "<b>"): 2})
    write_chart(counts, path)
    assert path.read_bytes().startswith(begins)
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_no_text_draws_nothing_and_an_unknown_kind_is_refused(tmp_path: Path) -> None:
    write_chart(Counter(), tmp_path / "chart.png")
    assert not list(tmp_path.iterdir())
    with pytest.raises(BadInput, match=r"\.png"):
        check_ending(Path("chart.gif"))
