"""What the counter shows and prints, as rows of plain data."""
