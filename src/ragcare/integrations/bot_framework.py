"""A handoff as the event `handoff.initiate` of Microsoft's Bot Framework, and its `handoff.status`.

Written against "Transition conversations from bot to human" and the Bot Connector API v3 of learn.microsoft.com. A
connector has no idempotency key and lists no activities: what may have arrived is not sent again unasked.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from ragcare.integrations.delivery import Change, ChannelConfig, Delivery, Undelivered, field, secret_of
from ragcare.integrations.transport import Transport
from ragcare.schema import Handoff

_ROLES = {"customer": "user", "assistant": "bot", "agent": "user"}


class BotFrameworkConfig(ChannelConfig):
    """Which connector, and as which bot.

    Attributes:
        url: the service URL of the channel, such as "https://smba.trafficmanager.net/emea".
        bot_id: the id of the bot in that channel.
        token_variable: the environment variable with an access token of the connector.
    """

    bot_id: str
    token_variable: str = "BOT_CONNECTOR_TOKEN"


class BotFrameworkChannel:
    """Sends the event into the conversation that the asker's reference names."""

    name = "bot_framework"
    repeatable = False

    def __init__(self, config: BotFrameworkConfig, environment: Mapping[str, str] = os.environ) -> None:
        self._config = config
        token = secret_of(config.token_variable, environment)
        self._transport = Transport(config, {"authorization": f"Bearer {token}"})

    def deliver(self, handoff: Handoff) -> Delivery:
        """Sends `handoff.initiate`."""
        conversation = handoff.asker.reference
        if not conversation:
            raise Undelivered("Bot Framework needs the id of its conversation. Mend: give it as the asker's reference")
        path = f"/v3/conversations/{quote(conversation, safe='')}/activities"
        activity = handoff_initiate(handoff, conversation=conversation, bot=self._config.bot_id)
        answer = self._transport.request("POST", path, activity, repeatable=False)
        return Delivery(handoff_id=handoff.id, channel=self.name, reference=field(answer, "id") or conversation)


def handoff_initiate(handoff: Handoff, *, conversation: str, bot: str, now: datetime | None = None) -> dict[str, Any]:
    """The event, for a bot that sends it itself.

    Args:
        handoff: what is handed over; `value` holds it, and its queue as the skill that the routing may ask for.
        conversation: the id of the conversation.
        bot: the id of the bot.
        now: the moment; that of the clock if None.
    """
    said = [
        {
            "type": "message",
            "from": {"id": turn.role, "role": _ROLES[turn.role]},
            "conversation": {"id": conversation},
            "text": turn.text,
            "textFormat": "plain",
        }
        for turn in handoff.transcript
    ]
    return {
        "type": "event",
        "name": "handoff.initiate",
        "timestamp": (now or datetime.now(UTC)).isoformat(timespec="milliseconds"),
        "from": {"id": bot, "role": "bot"},
        "conversation": {"id": conversation},
        "locale": handoff.language,
        "value": {"Skill": handoff.queue, "handoff": handoff.model_dump(mode="json", exclude={"transcript"})},
        "attachments": [{"contentType": "application/json", "name": "Transcript", "content": {"activities": said}}],
    }


def status_of(activity: Mapping[str, Any], handoff_id: str | None = None) -> Change | None:
    """What an event `handoff.status` says; None if it is another.

    Args:
        activity: as received.
        handoff_id: where the host knows which handoff the conversation is about; else the conversation names it.
    """
    if field(activity, "name") != "handoff.status":
        return None
    reference = field(activity, "conversation", "id")
    detail = field(activity, "value", "message") or ""
    match field(activity, "value", "state"):
        case "accepted":
            return Change("accepted", handoff_id, reference, detail)
        case "failed":
            return Change("failed", handoff_id, reference, detail)
        case "completed":
            return Change("completed", handoff_id, reference, detail)
        case _:
            return None
