"""The demo company's letters, notices, violations and complaints: a year that was, and what is to do today."""
