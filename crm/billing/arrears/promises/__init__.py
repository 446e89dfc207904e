"""承诺与分期: what a customer promised to pay by when, and instalment plans. Kept or broken follows from payments.

While a plan is kept neither dunning nor late fees go on; they go on from the day it is broken.
"""
