"""The index on many machines: Milvus behind the seam; a local file for laptops and tests, a cluster by its URI.

| file | what is there |
|---|---|
| `index.py` | `MilvusIndex`: the verbs of the seam |
| `searching.py` | one search, on one state |
| `reading.py` | the state, the counts, whole articles |
| `writing.py` | one change, in one request |
| `rows.py` | an article as rows, and back; what a search may find |
| `counts.py` | the statistics of BM25, kept in rows of their own |
| `weights.py` | BM25 for an engine that knows only inner products |
| `engine.py` | the client of Milvus, and its errors in our words |

`docs/design/009-many-machines.md` says why it is so, and `docs/many-machines.md` how to run it.
"""

from ragcare.index.milvus.index import MilvusIndex

__all__ = ["MilvusIndex"]
