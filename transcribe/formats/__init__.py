"""Transcripts in the formats of others and in our own: each module reads and writes one, from text to text."""
