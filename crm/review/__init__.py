"""定期整理: the periodic filing review, with checks from every package. Clauses P-03, P-19; decision 040."""
