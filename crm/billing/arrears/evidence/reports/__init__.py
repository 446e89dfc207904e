"""What an evidence pack says, as rows."""
