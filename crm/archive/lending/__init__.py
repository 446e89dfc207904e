"""档案资料出借单: dossiers lent on slips approved by rank, returned whole, checked page by page (L-32…L-36)."""
