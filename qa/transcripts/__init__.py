"""Transcripts of interactions and the work that makes them."""
