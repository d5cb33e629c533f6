"""What customers answered when they were asked about an interaction."""
