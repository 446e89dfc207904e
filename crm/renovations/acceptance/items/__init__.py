"""What is looked at when a renovation is checked: the company's own list, by the works that were done (D06)."""
