"""银行托收: whom the bank may be asked for, the file to the bank (报盘) and the bank's answer (回盘)."""
