"""Scorecards and their versions."""
