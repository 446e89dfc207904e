"""Texts to begin with, for letters and notices: with listed placeholders that are replaced as text, nothing else."""
