"""Scorecards: their definition, checks and exact scoring. Knows no database and no browser."""
