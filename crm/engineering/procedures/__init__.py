"""作业程序: numbered documents with versions, of which one is in force; and who has read it."""
