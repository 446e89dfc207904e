"""Histories of a company's own workbooks: what taking over its bills and taking over its repairs have in common."""
