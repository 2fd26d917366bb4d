"""Words that are too long to be one: a code of thousands of letters, a pasted address.

To an encoder they are a word it does not know or hundreds of tokens, and in both cases the words
beside them, which say what is wanted, count for nothing.
"""

from __future__ import annotations

import re

LONGEST = 40  # letters and figures in a row
LONGEST_WITH_SIGNS = 80  # where a comma or a dot may have joined a sentence

# Of scripts that put spaces between words: elsewhere a whole sentence is written in a row.
_LETTERS = "0-9A-Za-zÀ-ɏͰ-ӿ"
_TAIL = re.compile(
    f"(?<=[{_LETTERS}]{{{LONGEST}}})[{_LETTERS}]+"
    f"|(?<=[!-~{_LETTERS}]{{{LONGEST_WITH_SIGNS}}})[!-~{_LETTERS}]+"
)


def shortened(text: str) -> str:
    """A text of the same length, with spaces for what a word has beyond the longest."""
    if max(map(len, text.split()), default=0) <= LONGEST:
        return text
    return _TAIL.sub(lambda tail: " " * len(tail[0]), text)
