"""迁入: a checklist that is a workflow, one step a screen, resumable, with its signed pack."""
