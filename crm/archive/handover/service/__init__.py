"""The verbs of the hand-over, by who does them: preparing, auditing, receiving; lists, supplements, due dates."""
