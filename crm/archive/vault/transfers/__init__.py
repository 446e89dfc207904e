"""重要权证移交清单: A lists what goes to the title custodian; three people compare and sign (L-26…L-28).

A list and what was signed on it never change: what is wrong is withdrawn with a reason and listed anew.
"""
