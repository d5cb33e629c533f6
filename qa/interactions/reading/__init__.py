"""Readers of incoming material: bytes in, values and problems out. No database, no clock, no network."""
