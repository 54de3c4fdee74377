"""One HTTP request, tried again where that is right: httpx sends it, tenacity waits.

Each try has an end. The timeouts of httpx count for each read alone, and a server that drips a byte now and then would
hold the line, and with it the lock of the outbox, for ever; so the whole try is one task that can be cancelled.

Which faults allow another try depends on whether the request may have been acted on. A connection that was never made,
"429 Too Many Requests" and "503 Service Unavailable" say that it was not. A timeout or another 5xx says nothing: there
it is tried again only where a repetition does no harm. So it is with "409 Conflict", which a receiver says of a key
whose first request it has not finished; "408 Request Timeout" and "425 Too Early" ask for the same request once more.
"""

from __future__ import annotations

import asyncio
import math
import ssl
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, wait_random_exponential

from ragcare.integrations.delivery import ChannelConfig, Undelivered
from ragcare.language.unprintable import one_line

_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
_NOT_ACTED_ON = {408, 425, 429, 503}
_CONFLICT = 409
_LONGEST_WAIT = 20.0
"""Seconds; who asks for more gets the handoff back into the outbox, which waits without holding anything up."""
_WHOLE = 2.0
"""Timeouts that one try may take, to connect and to be answered."""
_backing_off = wait_random_exponential(multiplier=0.2, max=_LONGEST_WAIT)


class Transport:
    """Sends requests to one other side.

    Args:
        config: where it is, and how patient to be.
        headers: of every request, such as the one with the token; they are never part of a message or an error.
        auth: a user and a password, instead.
    """

    def __init__(
        self, config: ChannelConfig, headers: Mapping[str, str] | None = None, auth: tuple[str, str] | None = None
    ) -> None:
        self._config = config
        self._headers, self._auth = headers, auth

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        repeatable: bool = True,
    ) -> Any:
        """Sends one request; what came back, as JSON, or None where that is empty or no JSON.

        Args:
            method: of HTTP.
            path: below the URL of the config.
            body: sent as JSON.
            content: sent as it is, instead.
            headers: of this request.
            params: of its query.
            repeatable: whether sending it twice does no harm.

        Raises:
            Undelivered: no answer came, or one that says no.
        """
        retrying = Retrying(
            stop=stop_after_attempt(self._config.attempts),
            wait=_wait,
            retry=retry_if_exception(lambda error: _is_worth_it(error, repeatable)),
            reraise=True,
        )
        return retrying(self._once, method, path, body, content, headers, params)

    def _once(
        self,
        method: str,
        path: str,
        body: Any,
        content: bytes | None,
        headers: Mapping[str, str] | None,
        params: Mapping[str, str] | None,
    ) -> Any:
        what = f"{method} {httpx.URL(self._config.url).host}{path}"
        request = {"method": method, "url": path, "json": body, "content": content, "headers": headers}
        try:
            with ThreadPoolExecutor(1) as aside:  # whoever calls may have an event loop of their own
                response = aside.submit(asyncio.run, self._sent({**request, "params": params})).result()
        except (httpx.HTTPError, TimeoutError) as error:
            sent = not isinstance(error, _NEVER_SENT)
            raise Undelivered(f"{what}: {type(error).__name__}", again=True, may_have_arrived=sent) from None
        status = response.status_code
        if status < 300:
            return _json(response)
        busy = status in {*_NOT_ACTED_ON, _CONFLICT} or status >= 500
        elsewhere = response.headers.get("location") if response.is_redirect else None
        told = f"it is at {elsewhere} now. Mend: name that URL in the settings" if elsewhere else response.text
        raise Undelivered(
            f"{what}: {status} {response.reason_phrase}: {one_line(told)[:300]}",
            again=busy,
            may_have_arrived=busy and status not in _NOT_ACTED_ON,
            after=_retry_after(response.headers.get("retry-after")) if busy else None,
        )

    async def _sent(self, request: Mapping[str, Any]) -> httpx.Response:
        """The answer to a request, whole."""
        # A client for each try: handoffs are rare, and no connection is left for somebody to close. No redirects: a
        # token must not follow wherever the other side points.
        async with (
            asyncio.timeout(_WHOLE * self._config.timeout),
            httpx.AsyncClient(
                base_url=self._config.url,
                headers=self._headers,
                auth=self._auth,
                timeout=self._config.timeout,
                follow_redirects=False,
                verify=_certificates(),
            ) as client,
        ):
            return await client.request(**request)


@cache
def _certificates() -> ssl.SSLContext:
    """Reading all certificates takes longer than most requests."""
    return httpx.create_ssl_context()


def _json(response: httpx.Response) -> Any:
    try:
        return response.json() if response.content else None
    except ValueError:  # no JSON, or not even UTF-8
        return None


def _is_worth_it(error: BaseException, repeatable: bool) -> bool:
    if not isinstance(error, Undelivered) or not error.again:
        return False
    return (repeatable or not error.may_have_arrived) and (error.after or 0) <= _LONGEST_WAIT


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = error.after if isinstance(error, Undelivered) else None
    return asked if asked is not None else _backing_off(state)


def _retry_after(value: str | None) -> float | None:
    """The seconds of a Retry-After header, which holds them or a date (RFC 9110, 10.2.3)."""
    if value is None:
        return None
    try:
        seconds = float(value)
        return max(0.0, seconds) if math.isfinite(seconds) else None
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
