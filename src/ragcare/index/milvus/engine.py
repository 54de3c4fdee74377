"""The client of Milvus: one collection, few verbs, and its errors in our words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from ragcare.errors import IndexMismatch, IndexUnreachable, MissingExtra

DENSE, WORDS = "dense", "words"
"""The two vector fields: the embedding, and the weights of BM25."""

FAR = 16_384
"""The most rows that Milvus gives to one search, and the most that are asked for at once."""

TEXT = 65_535
"""The most bytes that Milvus keeps in one field of text."""

AUDIENCES = 4_096
"""The most audiences that a row has room for."""

_AT_ONCE = 1_000


class Near(NamedTuple):
    """A row that a search found: whose it is, and its inner product with the query."""

    row: Mapping[str, Any]
    product: float


class Engine:
    """One collection of a Milvus.

    Args:
        uri: of a cluster ("https://…:19530"), or a local file whose name ends in .db.
        token: "user:password" or an API key; empty for a local file.
        collection: its name.
        database: the Milvus database; the default one if empty.
        consistency: how fresh a read must be, in Milvus's words.
        timeout: seconds that a request may take.
    """

    def __init__(self, uri: str, token: str, collection: str, database: str, consistency: str, timeout: float) -> None:
        try:
            from pymilvus import MilvusClient

            if uri.endswith(".db"):
                import milvus_lite  # noqa: F401 (pymilvus imports it later, and words its absence in its own way)
        except ImportError:
            raise MissingExtra("an index in Milvus", "milvus") from None
        self.where = f"collection {collection!r} at {uri}"
        self._collection, self._consistency, self._timeout = collection, consistency, timeout
        self._local = uri.endswith(".db")
        with self._in_our_words():
            self._client = MilvusClient(uri, token=token, db_name=database, timeout=timeout)

    def exists(self) -> bool:
        """Whether the collection is there."""
        with self._in_our_words():
            return bool(self._client.has_collection(self._collection, timeout=self._timeout))

    def create(self, dimension: int, dense_index: Mapping[str, Any]) -> None:
        """Makes the collection: one shard, so that one request is one moment to all who read."""
        from pymilvus import DataType

        schema = self._client.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field("id", DataType.VARCHAR, is_primary=True, max_length=64)
        schema.add_field("status", DataType.VARCHAR, max_length=16)
        schema.add_field("article", DataType.VARCHAR, max_length=32)
        schema.add_field("digest", DataType.VARCHAR, max_length=32)
        schema.add_field("place", DataType.INT64)
        schema.add_field("places", DataType.INT64)
        audience = {"element_type": DataType.VARCHAR, "max_capacity": AUDIENCES, "max_length": 32}
        schema.add_field("audience", DataType.ARRAY, **audience)
        schema.add_field("valid_from", DataType.INT64)
        schema.add_field("valid_until", DataType.INT64)
        schema.add_field("part", DataType.VARCHAR, max_length=TEXT)
        schema.add_field(DENSE, DataType.FLOAT_VECTOR, dim=dimension)
        schema.add_field(WORDS, DataType.SPARSE_FLOAT_VECTOR)
        indexes = self._client.prepare_index_params()
        indexes.add_index(DENSE, **{"index_type": "FLAT", **dense_index, "metric_type": "IP"})
        indexes.add_index(WORDS, index_type="SPARSE_INVERTED_INDEX", metric_type="IP")
        with self._in_our_words():
            self._client.create_collection(self._collection, schema=schema, num_shards=1, timeout=self._timeout)
            # There is nothing to index yet, so nothing to wait for.
            self._client.create_index(self._collection, indexes, timeout=self._timeout, sync=False)

    def open(self) -> None:
        """Makes the collection ready to be searched.

        Raises:
            IndexMismatch: it is not one of ours.
        """
        with self._in_our_words():
            fields = {one["name"] for one in self._client.describe_collection(self._collection)["fields"]}
            if not {"status", "digest", "part", DENSE, WORDS} <= fields:
                raise IndexMismatch(f"{self.where} was not made by ragcare. Mend: name another collection")
            self._client.load_collection(self._collection, timeout=self._timeout)

    def drop(self) -> None:
        """Takes the whole collection away."""
        with self._in_our_words():
            self._client.drop_collection(self._collection, timeout=self._timeout)

    def put(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Writes all of these rows at one moment, in the place of those with the same ids."""
        with self._in_our_words():
            self._client.upsert(self._collection, [dict(row) for row in rows], timeout=self._timeout)

    def settle(self) -> None:
        """Lets a local Milvus write to its disk what it holds in memory: it searches there several times as fast.

        A cluster does so by itself, and is better not told when.
        """
        if self._local:
            with self._in_our_words():
                self._client.flush(self._collection, timeout=self._timeout)

    def delete(self, ids: Sequence[str]) -> None:
        """Takes rows away; an id that is not there is no error."""
        with self._in_our_words():
            for start in range(0, len(ids), _AT_ONCE):
                self._client.delete(self._collection, ids=ids[start : start + _AT_ONCE], timeout=self._timeout)

    def get(self, ids: Sequence[str], fields: Sequence[str]) -> list[dict[str, Any]]:
        """The rows of these ids that are there."""
        rows: list[dict[str, Any]] = []
        with self._in_our_words():
            for start in range(0, len(ids), _AT_ONCE):
                rows += self._client.get(
                    self._collection,
                    ids=list(ids[start : start + _AT_ONCE]),
                    output_fields=list(fields),
                    timeout=self._timeout,
                    consistency_level=self._consistency,
                )
        return rows

    def rows(self, condition: str, fields: Sequence[str]) -> Iterator[dict[str, Any]]:
        """All rows for which a condition holds, in no order."""
        with self._in_our_words():
            pages = self._client.query_iterator(
                self._collection,
                batch_size=_AT_ONCE,
                filter=condition,
                output_fields=list(fields),
                timeout=self._timeout,
                consistency_level=self._consistency,
            )
            try:
                while page := pages.next():
                    yield from page
            finally:
                pages.close()

    def count(self, condition: str) -> int:
        """For how many rows a condition holds."""
        with self._in_our_words():
            (found,) = self._client.query(
                self._collection,
                filter=condition,
                output_fields=["count(*)"],
                timeout=self._timeout,
                consistency_level=self._consistency,
            )
        return int(found["count(*)"])

    def search(self, field: str, query: Any, condition: str, k: int, fields: Sequence[str]) -> list[Near]:
        """The `k` rows with the greatest inner product, among those for which the condition holds."""
        (found,) = self.search_each(field, [query], condition, k, fields)
        return found

    def search_each(
        self, field: str, queries: Sequence[Any], condition: str, k: int, fields: Sequence[str]
    ) -> list[list[Near]]:
        """The same for each of some queries, in one request."""
        with self._in_our_words():
            by_query = self._client.search(
                self._collection,
                data=list(queries),
                anns_field=field,
                limit=k,
                filter=condition,
                output_fields=list(fields),
                search_params={"metric_type": "IP"},
                timeout=self._timeout,
                consistency_level=self._consistency,
            )
        return [[Near(one["entity"], float(one["distance"])) for one in found] for found in by_query]

    @contextmanager
    def _in_our_words(self) -> Iterator[None]:
        from pymilvus.exceptions import MilvusException

        try:
            yield
        except MilvusException as error:
            raise IndexUnreachable(
                f"{self.where}: {error.message}. Mend: see that Milvus runs there and that URI, token and database are "
                "right; a local file ends in .db, its folder exists, and one process at a time has it open"
            ) from error
