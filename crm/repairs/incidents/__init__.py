"""What many call about at once, with a text to read out."""
