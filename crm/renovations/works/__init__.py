"""Kinds of work, the papers each needs, what deposit and time is proposed: the company's own tree."""
