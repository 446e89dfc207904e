"""Bytes of a stranger become sheets of cells: recognised by content, parsed in a child process with limits."""
