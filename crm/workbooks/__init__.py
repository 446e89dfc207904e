"""Workbooks 表格 of strangers: bytes become sheets of cells, in a child process with limits; cells become values."""
