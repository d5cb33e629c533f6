"""Revisions: what an evaluation said before it was corrected stays readable."""
