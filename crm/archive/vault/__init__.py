"""权证: title documents kept like cash (L-22…L-31, A-12…A-14).

Nothing moves without a voucher and two people; the title ledger is a query over the vouchers carried out.
"""
