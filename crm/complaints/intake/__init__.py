"""Taking a complaint while the caller speaks, with what is known already; and one more caller of the same."""
