"""统计: the registers and figures a company reports every month, and the month-end pack."""
