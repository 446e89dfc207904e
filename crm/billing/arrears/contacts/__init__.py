"""联系记录: every talk with a customer about the debt, and who is to be talked to today (at least every 15 days)."""
