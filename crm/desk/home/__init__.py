"""What everybody sees first: what to do next, what waits by kind, how the day goes; and all decisions as one list.

A desk's module has its cards, `roles.py` says which role sees which, in which order.
"""
