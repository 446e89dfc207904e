"""诉讼时效: until when each bill can be claimed in court, and what has interrupted that (Civil Code art. 188, 195)."""
