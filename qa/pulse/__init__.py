"""The pulse: what employees answer to a few statements, without anybody's name."""
