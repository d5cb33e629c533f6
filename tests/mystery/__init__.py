"""Mystery programmes and visits."""
