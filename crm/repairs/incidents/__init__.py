"""What many call about at once, with a text to read out; who called, and who is to be told when it is over."""
