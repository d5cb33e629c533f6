"""Legal holds: placed and lifted on an interaction's page, and listed."""
