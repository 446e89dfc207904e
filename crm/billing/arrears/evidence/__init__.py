"""证据包: what a court wants to see of one debt, in one paged file whose figures are the ledger's."""
