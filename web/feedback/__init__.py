"""What customers answered."""
