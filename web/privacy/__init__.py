"""How long what is kept, and what the next night erases."""
