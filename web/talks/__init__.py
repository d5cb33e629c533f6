"""Pages of coaching sessions."""
