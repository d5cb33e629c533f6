"""Pages on which transcripts are corrected."""
