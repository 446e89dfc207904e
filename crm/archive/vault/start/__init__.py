"""The vault's start page: what is there, what waits, and for whom. Nothing can be done alone (L-24)."""
