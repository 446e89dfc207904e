"""欠费账户页: everything known of one customer's arrears on one page, what the company itself owes standing first.

It only reads; what is done from here is done by the parts it leads to, or parks several lines at once.
"""
