"""What people change in transcripts: words and speakers, kept as edits over what the machine heard."""
