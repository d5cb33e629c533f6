"""Coaching sessions: what is talked about with whom, what was agreed, and whether it helped."""
