"""Finding candidates: the keyword leg (BM25), the vector leg (FAISS), and the hybrid index that keeps both in step."""
