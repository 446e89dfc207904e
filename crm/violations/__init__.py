"""违规: noted, told to whoever did it, looked at again, settled, and filed (section 9). Clause P-13."""
