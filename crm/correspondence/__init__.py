"""往来文件: letters in and out, notices to households, and the proof that they arrived. Clauses P-12, P-17."""
