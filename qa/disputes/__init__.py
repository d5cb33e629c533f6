"""Disputes: an agent disagrees, somebody else scores blind and then decides."""
