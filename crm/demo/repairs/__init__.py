"""The demo company's repairs: a year at most that is poured in, and today's jobs through the product's own verbs."""
