"""The register of violations: what was found, told, looked at again, and how it was settled."""
