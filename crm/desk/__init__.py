"""The desk: global search, the caller card and the work lists.

Stands on top of every feature. What a feature shows here it offers itself (`card.py`, its names and numbers for
the search); the desk owns how things are found: typed search tokens, pinyin, the spellings of units and numbers.
"""
