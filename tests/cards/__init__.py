"""Tests of scorecards as stored and shown."""
