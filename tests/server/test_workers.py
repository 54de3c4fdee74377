"""The parent of the processes that serve."""

from __future__ import annotations

import socket

import pytest
import uvicorn

from ragcare.errors import BadInput
from ragcare.server.workers import Workers


def test_a_port_that_is_taken_is_told_with_its_mend() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        with pytest.raises(BadInput, match=rf"127\.0\.0\.1:{port}: Address already in use\. Mend: .*--port"):
            Workers(uvicorn.Config("any:app", port=port))
