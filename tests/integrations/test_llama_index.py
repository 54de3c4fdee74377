"""ragcare between llama-index's Documents and its query engines, from one end to the other; no LLM anywhere."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from llama_index.core import Settings as LlamaSettings
from llama_index.core.schema import Document

from ragcare import Assistant, KnowledgeBase
from ragcare.deciding.confidence import Calibration
from ragcare.integrations.llama_index import RagcareQueryEngine, RagcareRetriever
from ragcare.retrieval.search import HybridRetriever
from ragcare.schema import Asker
from ragcare.settings import PolicySettings, Settings
from ragcare.testing import DAY, HashEmbedder, small_knowledge

CANCEL = "Comment annuler ma commande ?"
BUSINESS = Asker(audiences=("segment:business",))


@pytest.fixture(autouse=True)
def _no_llm(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks llama-index for its global LLM or embedding model fails."""

    def refuse(*_: Any) -> None:
        raise AssertionError("llama-index was asked for a model")

    for name in ("llm", "embed_model"):
        monkeypatch.setattr(type(LlamaSettings), name, property(refuse))
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings under which the share of the question's words in the best passage is all that confidence is made of."""
    coverage = {"mean": 0.0, "scale": 1.0, "weight": 10.0}
    calibration = Calibration.model_validate(
        {"fingerprint": "test", "fitted_on": {}, "intercept": -4.0, "features": {"coverage": coverage}}
    )
    (tmp_path / "calibration.json").write_text(calibration.model_dump_json())
    return Settings(policy=PolicySettings(calibration=tmp_path / "calibration.json"))


@pytest.fixture
def assistant(settings: Settings) -> Assistant:
    return Assistant.over(small_knowledge(), settings=settings, embedder=HashEmbedder())


# --- the retriever -----------------------------------------------------------------------------------


def test_hits_become_nodes(assistant: Assistant) -> None:
    nodes = RagcareRetriever(assistant, as_of=DAY).retrieve(CANCEL)
    hits = assistant.search(CANCEL, as_of=DAY).hits
    assert [node.node_id for node in nodes] == [hit.passage.id for hit in hits]
    assert [node.text for node in nodes] == [hit.passage.text for hit in hits]
    assert [node.score for node in nodes] == [hit.score for hit in hits]
    best = nodes[0]
    assert best.metadata == {
        "article_id": "fr-cancel",
        "version": 1,
        "title": "Annuler une commande",
        "headings": [],
        "language": "fr",
        "start": hits[0].passage.start,
        "end": hits[0].passage.end,
        "legs": {
            "keyword": {"rank": 1, "score": hits[0].legs["keyword"].score},
            "vector": {"rank": 1, "score": hits[0].legs["vector"].score},
        },
        "url": "https://help.example/fr/annuler",
        "kind": "procedure",
        "tags": [],
        "validated_by": "Camille Durand",
        "validated_at": "2026-01-05",
        "valid_until": None,
    }
    assert best.node.ref_doc_id == "fr-cancel"
    json.dumps([node.model_dump(mode="json") for node in nodes])


def test_an_llm_sees_title_and_headings_but_no_scores(assistant: Assistant) -> None:
    from llama_index.core.schema import MetadataMode

    said = RagcareRetriever(assistant, as_of=DAY).retrieve(CANCEL)[0].get_content(metadata_mode=MetadataMode.LLM)
    assert "Annuler une commande" in said
    assert "validated_by" not in said
    assert "rank" not in said


def test_the_asker_and_the_day_are_kept(assistant: Assistant) -> None:
    def found(query: str, **scope: Any) -> set[str]:
        return {node.metadata["article_id"] for node in RagcareRetriever(assistant, **scope).retrieve(query)}

    assert "fr-business" not in found("remise des professionnels", as_of=DAY)
    assert "fr-business" in found("remise des professionnels", as_of=DAY, asker=BUSINESS)
    assert "fr-summer" not in found("code de remise sur les maillots de bain", as_of=DAY)
    assert "fr-summer" in found("code de remise sur les maillots de bain", as_of=date(2025, 8, 1))


def test_a_bare_retriever_will_do(assistant: Assistant) -> None:
    bare = HybridRetriever(assistant.index, assistant.settings.retrieval)
    nodes = RagcareRetriever(bare, as_of=DAY).retrieve(CANCEL)
    assert nodes[0].metadata["article_id"] == "fr-cancel"
    assert nodes[0].metadata["validated_by"] == "Camille Durand"


def test_retrieves_asynchronously(assistant: Assistant) -> None:
    retriever = RagcareRetriever(assistant, as_of=DAY)

    async def both() -> list[Sequence[Any]]:
        return list(await asyncio.gather(retriever.aretrieve(CANCEL), retriever.aretrieve("return an item")))

    one, other = asyncio.run(both())
    assert one[0].metadata["article_id"] == "fr-cancel"
    assert other[0].metadata["article_id"] == "en-return"


# --- the query engine --------------------------------------------------------------------------------


def test_an_answer_stands_on_its_quotes(assistant: Assistant) -> None:
    response = RagcareQueryEngine(assistant, as_of=DAY).query(CANCEL)
    body = assistant.index.now.article("fr-cancel").body
    assert response.metadata is not None
    assert response.metadata["decision"]["action"] == "answer"
    assert response.metadata["decision"]["probability"] > 0.5
    assert response.metadata["decision"]["reasons"][0]["code"] == "grounded"
    assert (response.metadata["refusal"], response.metadata["handoff"]) == (None, None)
    assert "Annuler" in str(response)
    assert response.source_nodes
    for node in response.source_nodes:
        assert node.text == body[node.metadata["start"] : node.metadata["end"]]
        assert node.metadata["validated_by"] == "Camille Durand"
        assert node.node.ref_doc_id == "fr-cancel"
        assert node.score == pytest.approx(1)
    assert len({node.node_id for node in response.source_nodes}) == len(response.source_nodes)


def test_a_refusal_shows_the_way_to_a_person(assistant: Assistant) -> None:
    response = RagcareQueryEngine(assistant, as_of=DAY).query("Quelle est la capitale de la Mongolie ?")
    assert response.metadata is not None
    assert response.metadata["decision"]["action"] == "refuse"
    assert response.metadata["refusal"]["reason"] in ("no_source", "out_of_scope", "weak_source")
    assert response.metadata["handoff"]["when"] == "if_accepted"
    assert response.metadata["handoff"]["question"] == "Quelle est la capitale de la Mongolie ?"
    assert response.source_nodes == []
    assert str(response).strip()


def test_an_escalation_hands_over(assistant: Assistant) -> None:
    response = RagcareQueryEngine(assistant, as_of=DAY).query("Je veux parler à un conseiller")
    assert response.metadata is not None
    assert response.metadata["decision"]["action"] == "escalate"
    assert response.metadata["handoff"]["when"] == "now"
    assert response.metadata["handoff"]["reasons"] == ["asks_person"]


def test_metadata_are_plain_json(assistant: Assistant) -> None:
    engine = RagcareQueryEngine(assistant, as_of=DAY, asker=BUSINESS)
    for query in (CANCEL, "xyzzy", "Je veux parler à un conseiller"):
        response = engine.query(query)
        json.dumps(response.metadata)
        json.dumps([node.model_dump(mode="json") for node in response.source_nodes])


def test_answers_asynchronously(assistant: Assistant) -> None:
    engine = RagcareQueryEngine(assistant, as_of=DAY)
    response = asyncio.run(engine.aquery(CANCEL))
    assert str(response) == str(engine.query(CANCEL))


def test_from_documents_to_a_query_engine(settings: Settings) -> None:
    documents = [
        Document(
            id_="guide-1",
            text="Pour suspendre votre ligne, appelez le 3900. La suspension prend effet sous 2 heures.",
            metadata={
                "title": "Suspendre sa ligne",
                "language": "fr",
                "url": "https://help.example/1",
                "file_size": 12,
            },
        ),
        Document(id_="guide-2", text="The shop opens at 9 am.", metadata={"file_name": "hours.md", "language": "en"}),
    ]
    knowledge = KnowledgeBase.load(documents, assume_validated="Camille Durand", on=date(2026, 1, 5))
    assistant = Assistant.over(knowledge, settings=settings, embedder=HashEmbedder())
    response = RagcareQueryEngine(assistant, as_of=DAY).query("suspendre ma ligne")
    assert response.metadata is not None
    assert response.metadata["decision"]["action"] == "answer"
    assert "3900" in str(response)
    (article,) = {node.metadata["article_id"] for node in response.source_nodes}
    assert article == "guide-1"
    assert response.source_nodes[0].metadata["url"] == "https://help.example/1"
    (found, *_) = RagcareRetriever(assistant, as_of=DAY).retrieve("When does the shop open?")
    assert found.metadata["title"] == "hours"


def test_documents_that_nobody_vouches_for_are_never_said(settings: Settings) -> None:
    from ragcare.errors import NothingValidated

    knowledge = KnowledgeBase.load([Document(id_="draft", text="Secret.", metadata={"language": "fr"})])
    with pytest.raises(NothingValidated, match="Mend"):
        Assistant.over(knowledge, settings=settings, embedder=HashEmbedder())
