"""How all tests run: nothing is timed, so that a busy machine fails none, and nothing is kept in a user's caches."""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

os.environ.setdefault("RAGCARE_CACHE__MEGABYTES", "0")
