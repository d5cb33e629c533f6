"""Rounds of the pulse, answering one, and what was answered."""
