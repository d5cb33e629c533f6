"""Giving kudos."""
