"""二次装修: from the application to the deposit's return. Part “renovations” of the design, clauses P-07 and P-16."""
