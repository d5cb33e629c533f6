"""Pages about sampling plans and draws."""
