"""Scorecards as they are read."""
