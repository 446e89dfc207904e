"""移交律师: debts handed over to a lawyer by two people, and what became of them."""
