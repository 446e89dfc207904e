"""Retention periods, what holds a dossier back, and its end: 鉴定与销毁. Clauses A-22, L-01; sections 2.4, 2.5, 2.9.

A period begins with a business event, never with an upload. Nothing is destroyed by itself: a list is proposed, the
group of three gives its opinions, somebody above approves, it cools off, two witnesses count, and three people sign.
"""
