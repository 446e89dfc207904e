"""Calls 来电 in and out: who, about what, what came of it, who calls back by when. Clauses P-17, P-20."""
