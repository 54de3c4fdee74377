"""A receiver for each test, and no waiting between tries."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.integrations.receiver import Receiver, receiving

from ragcare.integrations import transport


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setattr(transport, "_backing_off", lambda _: 0.0)
    with receiving() as one:
        yield one
