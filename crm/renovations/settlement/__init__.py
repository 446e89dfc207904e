"""Itemised settlement of the deposit, refund, and the end of the case."""
