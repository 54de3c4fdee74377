"""The index in Milvus where its extra is not installed: told in one sentence, and nothing else needs it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ragcare.errors import MissingExtra
from ragcare.index.milvus import MilvusIndex


@pytest.mark.parametrize("package", ["pymilvus", "milvus_lite"])
def test_a_missing_extra_says_what_to_install(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtra, match=r'pip install "ragcare\[milvus\]"'):
        MilvusIndex("help.db")


def test_the_module_is_imported_without_the_client() -> None:
    program = "import sys, ragcare.index.milvus; assert not {'pymilvus', 'milvus_lite', 'grpc'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)
