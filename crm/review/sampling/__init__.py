"""抽查: dossiers drawn from a review, their paper counted blind and compared with the books. Clauses P-03, L-01."""
