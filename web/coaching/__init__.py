"""Coaching reports: asking, waiting, reading."""
