"""Finding candidates: the keyword leg (BM25), the vector leg (FAISS), and the hybrid index that keeps both in step.

| file | what it knows |
|---|---|
| `seam.py`, `leg.py` | what retrieval asks of any index, and what one leg of it found |
| `hybrid.py`, `snapshot.py` | the index on this machine, and one whole state of it, which a search reads |
| `milvus/` | the same seam over a collection of Milvus |
| `keyword.py`, `postings.py` | BM25 |
| `vector.py`, `eight_bits.py`, `senses.py`, `allowed.py` | the vectors, what they stand for, and which may be chosen |
| `conditions.py`, `languages.py`, `splice.py` | what each row may be said under, its language, and how rows move |
| `spelling.py` | misspelt questions, by the words of the index and the language |
| `embedders/`, `embedding_cache.py` | text in, vectors out; and vectors kept |
| `identity.py`, `generations.py`, `salvage.py` | an index on disk: what it is, and what another format lends it |
"""
