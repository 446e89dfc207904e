"""Uploaded files: content-addressed store, type and page check, safe download. Invariant I10; decision 008."""
