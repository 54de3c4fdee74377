"""The engines that `peers.py` measures, each used as its documentation shows, behind one way to build and to ask."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple, Protocol

import numpy as np

from ragcare.index.allowed import Vectors
from ragcare.index.senses import embedded_text
from ragcare.schema import Article, Passage, Question, Scope

DAY = date(2026, 3, 2)
CANDIDATES, OF_PEERS = 100, 10
"""How many each leg brings. The fusions of the peers rank best with few: of 10, 30 and 100 they were given the best."""
KEYWORD_LEG = "ragcare, keyword leg"
_WORD = re.compile(r"\w+")


class Corpus(NamedTuple):
    """The same passages and vectors for all.

    Attributes:
        distinct: where there are more articles than that, their texts come again, each article being one passage.
        embedded: the vectors of all texts that ragcare embeds; None where those are the passages.
    """

    language: str
    articles: Sequence[Article]
    passages: Sequence[Passage]
    vectors: Vectors
    distinct: int | None = None
    embedded: Mapping[str, Vectors] | None = None

    @property
    def texts(self) -> list[str]:
        """What is indexed of each passage."""
        return [embedded_text(passage) for passage in self.passages]


class Engine(Protocol):
    """Built over a corpus; asked with a text and its vector."""

    def search(self, text: str, vector: Vectors) -> list[str]:
        """The ids of articles, best first; an article stands once for each of its passages."""
        ...


class Ragcare:
    """Its hybrid retriever at its defaults: ten articles with their passages, audiences and dates judged."""

    def __init__(self, corpus: Corpus) -> None:
        from ragcare.index.hybrid import HybridIndex
        from ragcare.retrieval.search import HybridRetriever
        from ragcare.settings import Settings

        self.given = _Given(corpus)
        self.index = HybridIndex(Settings(), self.given)
        self.language, self.scope = corpus.language, Scope(frozenset({"public"}), DAY)
        if corpus.distinct is not None and len(corpus.articles) > corpus.distinct:
            _spare_the_analyser(corpus)
        self.index.upsert(corpus.articles)
        self.retriever = HybridRetriever(self.index, self.index.settings.retrieval)

    def search(self, text: str, vector: Vectors) -> list[str]:
        """As of `Engine`."""
        self.given.query = vector
        asked = Question(text=text, language=self.language, as_of=DAY)
        return [hit.passage.article_id for hit in self.retriever.search(asked).hits]

    def by_keyword(self, text: str, vector: Vectors) -> list[str]:  # noqa: ARG002 (words only)
        """Its keyword leg alone, to be compared with engines that have no other."""
        now = self.index.now
        found = now.by_keyword(now.query(text, self.language), self.scope, CANDIDATES)
        return [one.passage.article_id for one in found]


class RagcareKeyword(Ragcare):
    """Its keyword leg alone."""

    search = Ragcare.by_keyword


def _spare_the_analyser(corpus: Corpus) -> None:
    """Texts that come again are not cut and analysed again: a million would take a quarter of an hour."""
    from ragcare.index import hybrid, keyword, snapshot

    cut = {passage.article_id: [passage] for passage in corpus.passages}
    bodies: dict[str, list[str]] = {}

    def analyse(passage: Passage) -> keyword.Fields:
        if passage.text not in bodies:
            bodies[passage.text] = keyword.analyse(passage).body
        return keyword.Fields(keyword.analyse(replace(passage, text="x", start=0, end=1)).head, bodies[passage.text])

    vars(hybrid)["split"] = lambda article, words: cut[article.id]  # noqa: ARG005
    vars(snapshot)["analyse"] = analyse


class _Given:
    """Has every vector already."""

    name, dimension = "given", 384

    def __init__(self, corpus: Corpus) -> None:
        self.known: Mapping[str, Vectors] = corpus.embedded or dict(zip(corpus.texts, corpus.vectors, strict=True))
        self.query = corpus.vectors[0]

    def embed(self, texts: Sequence[str], role: str) -> Vectors:
        """What it has."""
        return self.query[None] if role == "query" else np.array([self.known[text] for text in texts])


class LlamaIndex:
    """QueryFusionRetriever over BM25Retriever, stemming, and a flat FaissVectorStore."""

    def __init__(self, corpus: Corpus) -> None:
        import faiss
        import Stemmer
        from llama_index.core import StorageContext, VectorStoreIndex
        from llama_index.core.base.embeddings.base import BaseEmbedding
        from llama_index.core.llms import MockLLM
        from llama_index.core.retrievers import QueryFusionRetriever
        from llama_index.core.retrievers.fusion_retriever import FUSION_MODES
        from llama_index.core.schema import TextNode
        from llama_index.retrievers.bm25 import BM25Retriever
        from llama_index.vector_stores.faiss import FaissVectorStore

        class Preset(BaseEmbedding):
            """Gives the vector that stands in it."""

            vector: list[float] = []  # noqa: RUF012 (pydantic copies it)

            def _get_query_embedding(self, query: str) -> list[float]:  # noqa: ARG002
                return self.vector

            def _get_text_embedding(self, text: str) -> list[float]:
                raise AssertionError(text)

            async def _aget_query_embedding(self, query: str) -> list[float]:
                return self._get_query_embedding(query)

        nodes = [
            TextNode(text=text, id_=str(row), metadata={}, embedding=vector.tolist())
            for row, (text, vector) in enumerate(zip(corpus.texts, corpus.vectors, strict=True))
        ]
        language = {"fr": "french", "en": "english"}[corpus.language]
        words = BM25Retriever.from_defaults(
            nodes=nodes,
            similarity_top_k=min(OF_PEERS, len(nodes)),
            stemmer=Stemmer.Stemmer(language),
            language=corpus.language,
        )
        self.embedder = Preset()
        store = FaissVectorStore(faiss.IndexFlatIP(corpus.vectors.shape[1]))
        index = VectorStoreIndex(
            nodes, storage_context=StorageContext.from_defaults(vector_store=store), embed_model=self.embedder
        )
        self.retriever = QueryFusionRetriever(
            [words, index.as_retriever(similarity_top_k=OF_PEERS)],
            llm=MockLLM(),
            num_queries=1,
            mode=FUSION_MODES.RELATIVE_SCORE,
            similarity_top_k=OF_PEERS,
            use_async=False,
        )
        self.ids = [passage.article_id for passage in corpus.passages]

    def search(self, text: str, vector: Vectors) -> list[str]:
        """As of `Engine`."""
        self.embedder.vector = vector.tolist()
        return [self.ids[int(hit.node.node_id)] for hit in self.retriever.retrieve(text)]


class Haystack:
    """The in-memory store, its two retrievers, and the joiner by reciprocal rank."""

    def __init__(self, corpus: Corpus) -> None:
        from haystack import Document
        from haystack.components.joiners import DocumentJoiner
        from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
        from haystack.document_stores.in_memory import InMemoryDocumentStore

        store = InMemoryDocumentStore(embedding_similarity_function="dot_product")
        self.ids = [passage.article_id for passage in corpus.passages]
        store.write_documents(
            [
                Document(id=str(row), content=text, embedding=vector.tolist())
                for row, (text, vector) in enumerate(zip(corpus.texts, corpus.vectors, strict=True))
            ]
        )
        self.words = InMemoryBM25Retriever(store, top_k=OF_PEERS)
        self.near = InMemoryEmbeddingRetriever(store, top_k=OF_PEERS)
        self.joined = DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=OF_PEERS)

    def search(self, text: str, vector: Vectors) -> list[str]:
        """As of `Engine`."""
        both = [self.words.run(query=text)["documents"], self.near.run(query_embedding=vector.tolist())["documents"]]
        return [self.ids[int(one.id)] for one in self.joined.run(documents=both)["documents"]]


class RankBM25:
    """BM25Okapi over lower-cased words; keyword only."""

    def __init__(self, corpus: Corpus) -> None:
        from rank_bm25 import BM25Okapi

        self.engine = BM25Okapi([_WORD.findall(text.lower()) for text in corpus.texts])
        self.ids = [passage.article_id for passage in corpus.passages]

    def search(self, text: str, vector: Vectors) -> list[str]:  # noqa: ARG002 (words only)
        """As of `Engine`."""
        scores = self.engine.get_scores(_WORD.findall(text.lower()))
        return [self.ids[row] for row in np.argsort(-scores)[:CANDIDATES] if scores[row] > 0]


class Tantivy:
    """An index in a folder, with the stemmer of the language; keyword only."""

    def __init__(self, corpus: Corpus) -> None:
        import tantivy

        language = {"fr": "french", "en": "english"}[corpus.language]
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("text", stored=False, tokenizer_name="stemmed")
        builder.add_integer_field("row", stored=True)
        self.folder = tempfile.TemporaryDirectory()
        self.engine: Any = tantivy.Index(builder.build(), path=self.folder.name)
        analyser = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(tantivy.Filter.lowercase())
        self.engine.register_tokenizer(
            "stemmed",
            analyser.filter(tantivy.Filter.stopword(language)).filter(tantivy.Filter.stemmer(language)).build(),
        )
        writer = self.engine.writer(200_000_000, 1)
        for row, text in enumerate(corpus.texts):
            writer.add_document(tantivy.Document(text=[text], row=[row]))
        writer.commit()
        writer.wait_merging_threads()
        self.engine.reload()
        self.searcher = self.engine.searcher()
        self.ids = [passage.article_id for passage in corpus.passages]

    def search(self, text: str, vector: Vectors) -> list[str]:  # noqa: ARG002 (words only)
        """As of `Engine`."""
        query = self.engine.parse_query(" ".join(_WORD.findall(text)), ["text"])
        hits = self.searcher.search(query, CANDIDATES).hits
        return [self.ids[self.searcher.doc(address)["row"][0]] for _, address in hits]


ENGINES: dict[str, Callable[[Corpus], Engine]] = {
    "ragcare": Ragcare,
    "llama-index": LlamaIndex,
    "haystack": Haystack,
    KEYWORD_LEG: RagcareKeyword,
    "tantivy": Tantivy,
    "rank-bm25": RankBM25,
}
