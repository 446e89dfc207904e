"""月度欠费审核: the frozen list of every account in arrears, what is advised and decided, signed at the end."""
