"""Which channel the settings name, made ready."""

from __future__ import annotations

import os
from collections.abc import Mapping

from pydantic import ValidationError

from ragcare.errors import BadInput
from ragcare.integrations.delivery import Channel
from ragcare.settings import HandoffSettings
from ragcare.settings.problems import plainly

KINDS = ("webhook", "zendesk", "salesforce", "chatwoot", "intercom", "bot_framework")


def channel_for(how: HandoffSettings, environment: Mapping[str, str] = os.environ) -> Channel | None:
    """The channel of "KIND:URL" with its options; None if the settings name none.

    Args:
        how: `channel` and `channel_options`.
        environment: where the tokens are.

    Raises:
        BadInput: there is no such kind, an option is missing or wrong, or the variable of the token is not set.
    """
    if how.channel is None:
        return None
    kind, _, url = how.channel.partition(":")
    options = {**how.channel_options, **({"url": url} if url else {})}
    try:
        return _channel(kind, options, environment)
    except ValidationError as error:
        rows = "; ".join(f"{'.'.join(map(str, row['loc']))}: {plainly(row)}" for row in error.errors(include_url=False))
        raise BadInput(
            f'handoff.channel = "{how.channel}": {rows}. Mend: see docs/handoff.md for its options'
        ) from None


def _channel(kind: str, options: Mapping[str, object], environment: Mapping[str, str]) -> Channel:
    match kind:
        case "webhook":
            from ragcare.integrations.webhook import WebhookChannel, WebhookConfig

            return WebhookChannel(WebhookConfig.model_validate(options), environment)
        case "zendesk":
            from ragcare.integrations.zendesk import ZendeskChannel, ZendeskConfig

            return ZendeskChannel(ZendeskConfig.model_validate(options), environment)
        case "salesforce":
            from ragcare.integrations.salesforce import SalesforceChannel, SalesforceConfig

            return SalesforceChannel(SalesforceConfig.model_validate(options), environment)
        case "chatwoot":
            from ragcare.integrations.chatwoot import ChatwootChannel, ChatwootConfig

            return ChatwootChannel(ChatwootConfig.model_validate(options), environment)
        case "intercom":
            from ragcare.integrations.intercom import IntercomChannel, IntercomConfig

            return IntercomChannel(IntercomConfig.model_validate(options), environment)
        case "bot_framework":
            from ragcare.integrations.bot_framework import BotFrameworkChannel, BotFrameworkConfig

            return BotFrameworkChannel(BotFrameworkConfig.model_validate(options), environment)
        case _:
            raise BadInput(f'handoff.channel = "{kind}": there is no such channel. Mend: one of {", ".join(KINDS)}')
