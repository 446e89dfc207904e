"""The renovation itself: application, papers, review, agreement, permit, extensions, work under way."""
