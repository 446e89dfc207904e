"""工程档案: drawings with versions, as-built points, procedures in force. Clause P-16, A-20."""
