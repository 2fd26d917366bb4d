"""Measuring several things in turns, so that a machine's moods meet them all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from app.commands.output import say

Thing = TypeVar("Thing")


def taking_turns(
    things: Sequence[Thing], rounds: int, measure: Callable[[Thing], dict[str, Any]]
) -> dict[Thing, list[dict[str, Any]]]:
    """What was measured of each thing, once a round."""
    found: dict[Thing, list[dict[str, Any]]] = {thing: [] for thing in things}
    for number in range(rounds):
        for thing in things:
            say(f"round {number + 1} of {rounds}: {thing}")
            found[thing].append(measure(thing))
    return found
