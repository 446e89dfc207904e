"""The register of letters in and out: number, due reply, scans, proof of service. Clauses P-12, P-17."""
