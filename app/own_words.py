"""What the application itself says in a conversation, in English and Chinese."""

from __future__ import annotations

APOLOGY = {
    "en": "Sorry, something went wrong on our side. A colleague will have a look at this.",
    "zh": "抱歉，我们这边出了点问题，同事会来查看。",
}
JOINED = {"en": "{name} has joined the chat.", "zh": "{name} 加入了对话。"}
HANDED_BACK = {
    "en": "You are talking to the assistant again.",
    "zh": "现在由智能助手继续为您服务。",
}


def worded(words: dict[str, str], language: str | None) -> str:
    """The wording for a customer who writes this language; English where there is none in it."""
    return words.get(language or "en", words["en"])
