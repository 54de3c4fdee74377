"""The folder of labelled question sets, where there is one."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def data() -> Path:
    root = Path(__file__).parents[2]
    folder = Path(os.environ.get("RAGCARE_DATA", root.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no labelled data at {folder}; set RAGCARE_DATA")
    return folder
