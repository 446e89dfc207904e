"""What can be violated: category, type, the words and the clause to begin with, and how long to put it right."""
