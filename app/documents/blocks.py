"""What every kind of document is read into: headings and pieces of text in their order."""

from __future__ import annotations

from dataclasses import dataclass


class Unreadable(Exception):
    """A document is broken; the message says how."""


@dataclass(frozen=True)
class Block:
    """A heading (`level` from 1) or a piece of text (`level` 0).

    `anchor` is the fragment of a link to it. A `whole` text, such as a row of a table, is one
    sentence whatever its marks.
    """

    text: str
    level: int = 0
    anchor: str = ""
    whole: bool = False
