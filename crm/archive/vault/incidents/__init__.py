"""What is missing, damaged or there without being in the books: open until another person says how it ended (2.5)."""
