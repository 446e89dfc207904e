"""收费台: taking money at the counter, receipts without gaps, and the cashier's day close."""
