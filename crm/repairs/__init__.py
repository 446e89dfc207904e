"""Repairs 维修: from the ringing phone to the signed job. Clauses P-14, P-21; decisions 030, 031."""
