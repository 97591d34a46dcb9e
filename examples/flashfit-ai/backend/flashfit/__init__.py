"""FlashFit AI's API: recommendations from a FAISS index, reranked by three encoders, personal by feedback."""
