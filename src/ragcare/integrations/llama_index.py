"""ragcare as parts of llama-index: a retriever, and a query engine that decides. Neither needs an LLM, nor its key.

>>> knowledge = KnowledgeBase.load(documents, assume_validated="Camille Durand")  # llama-index Documents
>>> assistant = Assistant.over(knowledge)
>>> RagcareRetriever(assistant).retrieve("Comment annuler ma commande ?")
>>> RagcareQueryEngine(assistant).query("Comment annuler ma commande ?").metadata["decision"]["action"]
"""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

from llama_index.core.base.response.schema import Response
from llama_index.core.query_engine import CustomQueryEngine
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeRelationship, NodeWithScore, QueryBundle, RelatedNodeInfo, TextNode

from ragcare.assistant import Assistant, understand
from ragcare.retrieval.search import Retriever
from ragcare.schema import Article, Asker, Citation, Evidence, Hit, Library, Reply

_SAID = ("title", "headings")
"""What of a node's metadata an LLM or an embedding sees beside its text; the rest is for programs."""


class RagcareRetriever(BaseRetriever):
    """The hits of ragcare as nodes, best first, each with its fused score.

    A node has the id and the text of its passage, and is part of the document that has the id of its article. Its
    metadata are plain JSON: article_id, version, title, headings, language, start and end in the body of the article,
    url, kind, tags, validated_by, validated_at, valid_until, and rank and score in each leg.

    Args:
        source: an `Assistant`, or any retriever of ragcare.
        asker: on whose behalf it retrieves; the public if None.
        as_of: the day on which what is found must hold; today if None.
    """

    def __init__(
        self,
        source: Assistant | Retriever,
        *,
        asker: Asker | None = None,
        as_of: date | None = None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self._source = source
        self._asker, self._as_of = asker, as_of

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        question = understand(query_bundle.query_str, asker=self._asker, as_of=self._as_of)
        retrieved = self._source.search(question)
        return [_passage_node(hit, retrieved.library) for hit in retrieved.hits]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return await asyncio.to_thread(self._retrieve, query_bundle)


class RagcareQueryEngine(CustomQueryEngine):
    """The whole assistant as a query engine: it answers, clarifies, refuses or hands over.

    The response text is the text of the reply. Its source nodes are the quotes that the answer stands on, none
    unless it is an answer. Its metadata, all plain JSON, are `decision` (action, probability, threshold, reasons),
    `refusal`, `choices`, `handoff` and `trace_id`.

    Args:
        assistant: who replies.
        asker: on whose behalf it asks; the public if None.
        as_of: the day on which the answer must hold; today if None.
    """

    assistant: Assistant
    asker: Asker | None = None
    as_of: date | None = None

    def __init__(
        self, assistant: Assistant, *, asker: Asker | None = None, as_of: date | None = None, **options: Any
    ) -> None:
        super().__init__(assistant=assistant, asker=asker, as_of=as_of, **options)

    def custom_query(self, query_str: str) -> Response:
        """The reply to a question."""
        return _response(self.assistant.ask(query_str, asker=self.asker, as_of=self.as_of))

    async def acustom_query(self, query_str: str) -> Response:
        """The reply to a question, in a thread of its own."""
        return await asyncio.to_thread(self.custom_query, query_str)


def _passage_node(hit: Hit, library: Library) -> NodeWithScore:
    passage = hit.passage
    metadata = {
        "article_id": passage.article_id,
        "version": passage.version,
        "title": passage.title,
        "headings": list(passage.headings),
        "language": passage.language,
        "start": passage.start,
        "end": passage.end,
        "legs": {leg: standing._asdict() for leg, standing in hit.legs.items()},
        **_of_the_article(library.article(passage.article_id)),
    }
    return _node(passage.id, passage.text, metadata, hit.score)


def _response(reply: Reply) -> Response:
    refusal, handoff = reply.refusal, reply.handoff
    return Response(
        response=reply.text,
        source_nodes=_quotes(reply),
        metadata={
            "decision": reply.decision.model_dump(mode="json"),
            "refusal": refusal and refusal.model_dump(mode="json"),
            "choices": [choice.model_dump(mode="json") for choice in reply.choices],
            "handoff": handoff and handoff.model_dump(mode="json"),
            "trace_id": reply.trace.id,
        },
    )


def _quotes(reply: Reply) -> list[NodeWithScore]:
    if reply.answer is None:
        return []
    scores = {hit.passage_id: hit.score for hit in reply.trace.hits}
    pieces = [piece for sentence in reply.answer.sentences for piece in sentence.evidence]
    return [
        _quote(piece, citation, scores.get(piece.passage_id))
        for piece, citation in zip(pieces, reply.citations, strict=True)
    ]


def _quote(piece: Evidence, citation: Citation, score: float | None) -> NodeWithScore:
    metadata = {"passage_id": piece.passage_id, **citation.model_dump(mode="json", exclude={"quote"})}
    return _node(f"{piece.passage_id}@{piece.start}-{piece.end}", piece.quote, metadata, score)


def _of_the_article(article: Article) -> dict[str, Any]:
    return article.model_dump(
        mode="json", include={"url", "kind", "tags", "validated_by", "validated_at", "valid_until"}
    )


def _node(node_id: str, text: str, metadata: dict[str, Any], score: float | None) -> NodeWithScore:
    silent = [name for name in metadata if name not in _SAID]
    node = TextNode(
        id_=node_id,
        text=text,
        metadata=metadata,
        excluded_llm_metadata_keys=silent,
        excluded_embed_metadata_keys=silent,
        start_char_idx=metadata["start"],
        end_char_idx=metadata["end"],
        relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=metadata["article_id"])},
    )
    return NodeWithScore(node=node, score=score)
