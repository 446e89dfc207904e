"""权证: a project's title documents from what is expected to what A holds, and the ledger of them all 权证台帐.

Six kinds (L-22). The first one that A obtains reserves the archive number (A-09); from then on it is to be in the vault
the same working day (L-25, A-14).
"""
