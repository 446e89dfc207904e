"""档案质量: whether the customers' files are complete, accurate and valid 全面、准确、有效. Clause P-03.

`crm.archive.dossiers.measures` says of the dossiers what is missing and what runs out; whether the telephones are
accurate is said here.
"""
