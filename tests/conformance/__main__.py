"""Print the contract's lines with the tests that prove each: `python -m tests.conformance`."""

from __future__ import annotations

import textwrap
from itertools import groupby

from tests.conformance.lines import Line, read_lines

WIDTH = 100


def main() -> None:
    """Print the table and the counts."""
    lines = read_lines()
    for section, entries in groupby(lines, key=lambda line: line.section):
        print(f"\n{section}\n{'-' * len(section)}")
        for line in entries:
            print(_shown(line))
    other = sum(line.reason is not None for line in lines)
    tests = {name for line in lines for name in line.tests}
    print(
        f"\n{len(lines)} lines: {len(lines) - other} proven, {other} done otherwise or left to "
        f"Rasa; {len(tests)} tests"
    )


def _shown(line: Line) -> str:
    indent = " " * 8
    text = textwrap.fill(line.text, WIDTH, initial_indent=f"{line.id:<8}", subsequent_indent=indent)
    below = [f"{indent}- {name}" for name in line.tests]
    if line.reason:
        below.append(textwrap.indent(textwrap.fill(f"not: {line.reason}", WIDTH - 8), indent))
    return "\n".join((text, *below))


if __name__ == "__main__":
    main()
