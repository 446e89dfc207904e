"""What a job costs: materials and labour as rows, quotes 报价 and the customer's consent.

A quote is made of lines typed for it: what the work would cost. It is frozen, and nothing leaves the store by it. What
was used is entered as the job's own lines, one by one or all as agreed; material of the store leaves it in the same
unit of work. At the end the sum of those lines is charged, never more than the customer agreed to. Decision 031.
"""
