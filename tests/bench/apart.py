"""Something to measure in a process of its own, so that threads and memory of two never mix.

It is asked in JSON, one object a line, and answers so. Only the standard library is needed here:
the process may run on an interpreter that has none of this project's libraries.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

REPOSITORY = Path(__file__).parent.parent.parent


class Apart:
    """A module at work in a process of its own; it idles unless it is asked something."""

    def __init__(self, module: str, *arguments: str, python: str = sys.executable) -> None:
        self._module = module
        self._process = subprocess.Popen(
            [python, "-m", module, *arguments],
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, what: str, **details: Any) -> Any:
        """The answer to a question; the first one waits until everything is loaded."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps({"what": what, **details}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._module} ended; what it wrote above says why")
        return json.loads(line)

    def __enter__(self) -> Apart:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            self._process.kill()  # it may be in the middle of something long
        self._process.communicate()  # the end of its input is the end of it


def answer_questions(answers: Mapping[str, Callable[..., Any]]) -> None:
    """In the process apart: answer until there are no more questions."""
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as out:
        os.dup2(2, 1)  # whatever a library prints is no answer
        for line in sys.stdin:
            question = json.loads(line)
            answer = answers[question.pop("what")](**question)
            out.write(json.dumps(answer) + "\n")
            out.flush()
