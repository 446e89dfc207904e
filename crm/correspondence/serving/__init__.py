"""送达: the ways a paper goes to whom it is for, what comes of it, and what proves it."""
