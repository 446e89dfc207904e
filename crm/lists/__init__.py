"""Lists 列表: one query feeds page, Excel and print; a person's columns, density and filters are kept; what is done to
many rows at once is shown first.
"""
