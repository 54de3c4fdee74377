"""x."""
from __future__ import annotations
import uuid
from collections.abc import Iterator
from pathlib import Path
import pytest
from ragcare.testing import HashEmbedder, IndexContract
from ragcare.settings import Settings
pytest.importorskip("pymilvus", reason='needs the extra "milvus"')
pytest.importorskip("milvus_lite", reason='needs the extra "milvus"')
from ragcare.index.milvus import MilvusIndex

@pytest.fixture(scope="module")
def uri(tmp_path_factory):
    return str(tmp_path_factory.mktemp("milvus") / "index.db")

class TestContract(IndexContract):
    @pytest.fixture(autouse=True)
    def _at(self, uri):
        self.uri=uri
    def make(self) -> MilvusIndex:
        return MilvusIndex(self.uri, Settings(), HashEmbedder(), collection=f"c{uuid.uuid4().hex}")
