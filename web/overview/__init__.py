"""The supervisor's week."""
