"""Self-evaluations: the agent scores their own conversation before reading what the reviewer gave."""
