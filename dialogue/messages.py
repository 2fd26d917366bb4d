"""What goes in and out of a turn: a person's message and the bot's messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class UserMessage:
    """One message of a person, as its channel received it."""

    text: str
    sender_id: str
    message_id: str
    input_channel: str = "rest"
    metadata: Any = field(default_factory=dict)  # an object as a rule, but any JSON


@dataclass(frozen=True)
class BotMessage:
    """One utterance of the bot, in the parts that Rasa's channels know.

    `metadata` names the response it was made from (`utter_action`), when there was one.
    """

    text: str | None = None
    buttons: tuple[Mapping[str, Any], ...] = ()
    quick_replies: tuple[Mapping[str, Any], ...] = ()
    image: str | None = None
    attachment: Any = None
    elements: tuple[Mapping[str, Any], ...] = ()
    custom: Any = None  # an object as a rule, but any JSON
    metadata: Mapping[str, Any] = field(default_factory=dict)

    def data(self) -> dict[str, Any]:
        """The `data` object of Rasa's bot event; unused parts are null.

        An image stands as the attachment too when there is no other, as Rasa's clients expect.
        """
        return {
            "elements": [dict(element) for element in self.elements] or None,
            "quick_replies": [dict(reply) for reply in self.quick_replies] or None,
            "buttons": [dict(button) for button in self.buttons] or None,
            "attachment": self.image if self.attachment is None else self.attachment,
            "image": self.image,
            "custom": self.custom,
        }

    @classmethod
    def from_data(
        cls, text: str | None, data: Mapping[str, Any], metadata: Mapping[str, Any]
    ) -> BotMessage:
        """Read a bot event's parts back."""
        image, attachment = data.get("image"), data.get("attachment")
        return cls(
            text=text,
            buttons=tuple(data.get("buttons") or ()),
            quick_replies=tuple(data.get("quick_replies") or ()),
            image=image,
            attachment=None if attachment == image else attachment,
            elements=tuple(data.get("elements") or ()),
            custom=data.get("custom"),
            metadata=metadata,
        )
