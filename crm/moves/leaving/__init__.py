"""迁出与过户: final readings, keys back, deposits, the debt split at the day, closing checklist."""
