"""Whom a notice or a letter to many is for: chosen by filters, read anew each time it is looked at. Clause P-17."""
