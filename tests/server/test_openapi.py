"""The OpenAPI is whole, and whatever is sent by it, or against it, is answered as it says."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from tests.server.conftest import Served

schemathesis: Any = pytest.importorskip("schemathesis")

EXAMPLES = settings(
    max_examples=5,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
PATHS = {
    "/v1/ask", "/v1/chat", "/v1/sessions/{session}", "/v1/chat/completions", "/v1/models", "/v1/models/{model}",
    "/v1/suggest", "/v1/articles/{article_id}", "/v1/config", "/v1/feedback", "/v1/handoff",
    "/v1/handoff/{handoff_id}", "/healthz", "/readyz", "/metrics",
}  # fmt: skip


def test_every_route_is_described_with_examples_and_problems(public: httpx.Client) -> None:
    described = public.get("/openapi.json").json()
    assert set(described["paths"]) == PATHS
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            assert operation["description"], (method, path)
            if path.startswith("/v1/"):
                for status in ("401", "422", "429", "503"):
                    content = operation["responses"][status]["content"]
                    assert list(content) == ["application/problem+json"], (method, path, status)
            for content in operation.get("requestBody", {}).get("content", {}).values():
                name = content["schema"]["$ref"].rpartition("/")[2]
                assert described["components"]["schemas"][name]["examples"], (method, path)
    for name in re.findall(r"#/components/schemas/(\w+)", json.dumps(described)):
        assert name in described["components"]["schemas"]
    assert "audience" not in str(described["components"]["schemas"]).lower()


@pytest.mark.parametrize("by_it", [True, False], ids=["by it", "against it"])
def test_nothing_that_is_sent_by_it_or_against_it_makes_the_server_fail(by_it: bool, served: Served) -> None:
    mode = schemathesis.GenerationMode.POSITIVE if by_it else schemathesis.GenerationMode.NEGATIVE
    schema = schemathesis.openapi.from_url(f"{served.address}/openapi.json")
    failed: list[str] = []
    keys = [served.key(f"tester {by_it}", may=("inspect", "metrics")), "public"]

    for result in schema.get_all_operations():
        operation = result.ok()

        @settings(EXAMPLES)
        @given(operation.as_strategy(generation_mode=mode))
        def send(case: Any) -> None:
            keys.reverse()
            response = case.call(headers={"Authorization": f"Bearer {keys[0]}"})
            if response.status_code >= 500:
                failed.append(f"{case.method} {case.path}: {response.status_code} {response.text[:200]}")

        with suppress(Unsatisfiable):  # nothing can be wrong with a request that takes nothing
            send()
    assert not failed, "\n".join(failed[:5])
