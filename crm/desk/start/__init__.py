"""首次设置: what a company sets up before it works, each step read from the database; nothing is ticked by hand.

It stands at the desk because the start page shows how far it has come.
"""
