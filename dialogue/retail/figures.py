"""Numbers as Chinese writes them, from 0 to 99: 两, 十二, 二十五."""

from __future__ import annotations

_ONES = "一二三四五六七八九"
_VALUES = {"零": 0, **{sign: n for n, sign in enumerate(_ONES, 1)}, "两": 2}
FIGURE = rf"(?:[二两三四五六七八九]?十[{_ONES}]?|[零两{_ONES}])"  # of a regular expression


def figure(written: str) -> int:
    """The value of what `FIGURE` or our digits have written."""
    if written.isdecimal():
        return int(written)
    before, ten, after = written.partition("十")
    if not ten:
        return _VALUES[written]
    return _VALUES.get(before, 1) * 10 + _VALUES.get(after, 0)
