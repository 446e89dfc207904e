"""Recovery 备份与恢复: the backup and its proof, restoring, the drill, the move between engines, the doctor, the heads.

A backup is one file in a form of its own that neither engine owns: what SQLite gave, PostgreSQL takes. Decision 020.
"""
