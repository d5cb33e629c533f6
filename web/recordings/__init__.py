"""Recordings as browsers play them."""
