"""Pages about the scoring itself."""
