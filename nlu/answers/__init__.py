"""Finding what answers a question: entries, dense and lexical search, and how sure to be."""
