"""Looking up hand-overs, kept to the projects one sees."""
