"""One way to take a step of a workflow: the thing held, its table asked, a row kept for it, a page for its form.

Features name their workflow, their rows and who is entitled (`taking.Steps`), and their forms (`pages.StepPages`).
"""
