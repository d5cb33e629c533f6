"""Recordings in, transcripts out: audio, speech regions, words, speakers, turns. Knows no database and no browser."""
