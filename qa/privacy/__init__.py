"""Redaction, retention and erasure."""
