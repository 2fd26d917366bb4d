"""Bots made in a test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from bot_stories import Bot, project_of


@pytest.fixture
def make_bot(tmp_path: Path) -> Callable[..., Bot]:
    """Make a bot of YAML texts and action classes."""

    def make(*actions, runner=None, **files: str) -> Bot:
        return Bot(project_of(tmp_path / "project", **files), actions, runner)

    (tmp_path / "project").mkdir()
    return make
