"""Pages about long work: what waits, what runs, what failed."""
