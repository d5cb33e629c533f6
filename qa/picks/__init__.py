"""Interactions that somebody picks on purpose: they are scored like all others, and are in no estimate."""
