"""验收: completion, first check with its fix list, waiting period, second check (D06)."""
