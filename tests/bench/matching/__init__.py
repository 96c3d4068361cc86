"""Keng's matching beside other ways to do the same, all learning from the same texts.

material               what is learnt from, in five folds, and what is judged by
vectors                every text encoded once, kept in a file that other programs can read
methods                Keng, BM25 and the bare encoder: a trial in, matches out
semantic_router        the library of that name, in an environment of its own
semantic_router_job    what runs inside that environment
threshold              each method's own threshold, chosen on the texts to learn from
"""
