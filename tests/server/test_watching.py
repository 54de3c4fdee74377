"""Health, metrics, spans and headers."""

from __future__ import annotations

import httpx
import pytest
from tests.server.conftest import Serve, Served

from ragcare.integrations.outbox import OUTBOX_FILE, Outbox


def test_it_is_ready_when_loaded_and_not_when_ending_or_without_its_database(serve: Serve) -> None:
    served = serve()
    client = served.client()
    assert client.get("/readyz").json() == {"status": "ok"}
    served.app.state.office.ending = True
    assert (client.get("/readyz").status_code, client.get("/healthz").status_code) == (503, 200)
    served.app.state.office.ending = False
    served.store.ping = None  # type: ignore[assignment,method-assign]
    assert client.get("/readyz").json() == {"status": "no database"}


def test_metrics_are_for_who_may_read_them_and_hold_no_words(served: Served, public: httpx.Client) -> None:
    public.post("/v1/ask", json={"question": "Comment annuler ma commande secrète ?"})
    public.get("/v1/articles/an-odd-path")
    assert public.get("/metrics").status_code == 403
    page = served.client(served.key("prometheus", may=("metrics",))).get("/metrics").text
    assert 'ragcare_requests_total{route="/v1/ask",status="200"}' in page
    assert 'ragcare_replies_total{action="answer",language="fr"}' in page
    assert 'ragcare_stage_seconds_count{stage="retrieve"}' in page
    assert "\nragcare_articles " in page
    assert "secrète" not in page
    assert "odd-path" not in page


def test_metrics_tell_how_many_handoffs_failed(serve: Serve) -> None:
    served = serve()
    client = served.client(served.key("prometheus", may=("metrics",)))
    kept = served.client().post("/v1/handoff", json={"message": "Rappelez-moi", "phone": "0612345678"}).json()
    assert 'ragcare_outbox_handoffs{state="queued"} 1.0' in client.get("/metrics").text
    Outbox(served.folder / OUTBOX_FILE).record_status(kept["id"], "failed")
    page = client.get("/metrics").text
    assert 'ragcare_outbox_handoffs{state="failed"} 1.0' in page
    assert 'ragcare_outbox_handoffs{state="queued"} 0.0' in page


def test_a_reply_is_a_span_with_the_names_of_generative_ai_and_no_words(
    public: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("opentelemetry.sdk", reason="OpenTelemetry's SDK is not installed")
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    kept, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    monkeypatch.setattr("ragcare.server.tracing.trace.get_tracer", provider.get_tracer)
    reply = public.post("/v1/ask", json={"question": "Comment annuler ma commande ?"}).json()
    (span,) = kept.get_finished_spans()
    told = dict(span.attributes or {})
    assert span.name == "chat ragcare"
    assert told["gen_ai.operation.name"] == "chat"
    assert told["gen_ai.response.id"] == reply["id"]
    assert told["ragcare.action"] == "answer"
    assert "annuler" not in str(told)


def test_pages_of_other_sites_may_call_it_where_they_are_listed(serve: Serve) -> None:
    client = serve(origins=["https://shop.example"]).client()
    asks = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    allowed = client.options("/v1/ask", headers={"Origin": "https://shop.example", **asks})
    assert allowed.headers["access-control-allow-origin"] == "https://shop.example"
    for origin in ("https://evil.example", "https://shop.example.evil.example", "null", "http://shop.example"):
        refused = client.options("/v1/ask", headers={"Origin": origin, **asks})
        assert "access-control-allow-origin" not in refused.headers
        assert "access-control-allow-origin" not in client.get("/v1/config", headers={"Origin": origin}).headers


def test_no_page_of_another_site_may_call_it_where_none_is_listed(public: httpx.Client) -> None:
    assert (
        "access-control-allow-origin" not in public.get("/v1/config", headers={"Origin": "https://a.example"}).headers
    )


def test_the_page_may_load_only_what_is_its_own_and_be_framed_only_where_it_is_said(serve: Serve) -> None:
    policy = serve(embed_on=["https://shop.example"]).client().get("/").headers["content-security-policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == rules["connect-src"] == "'self'"
    assert rules["frame-ancestors"] == "'self' https://shop.example"
    assert rules["base-uri"] == rules["form-action"] == "'none'"


def test_what_the_page_needs_is_told(public: httpx.Client) -> None:
    assert public.get("/v1/config?lang=fr").json() == {
        "title": "Aide",
        "languages": ["fr", "en"],
        "starters": ["Comment annuler ?"],
        "contact": {"open": True, "said": "", "ways": [{"kind": "person", "url": None}]},
    }


def test_only_files_of_the_page_are_given(public: httpx.Client) -> None:
    for path in (
        "/assets/site.py",
        "/assets/..%2fsite.py",
        "/assets/%2e%2e/site.py",
        "/assets/none.js",
        "/assets/A.js",
    ):
        assert public.get(path).status_code == 404


def test_suggestions_name_their_article(public: httpx.Client) -> None:
    found = public.get("/v1/suggest", params={"q": "annul"}).json()["suggestions"]
    assert found[0]["article_id"] == "fr-cancel"
    assert found[0]["title"] == "Annuler une commande"
    assert found[0]["highlights"]
    assert public.get("/v1/suggest").json() == {"suggestions": []}
