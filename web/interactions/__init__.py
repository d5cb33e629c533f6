"""Pages about interactions: the list, taking in, one interaction, sources."""
