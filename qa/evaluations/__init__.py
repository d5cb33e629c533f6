"""Evaluations: answers, evidence, submission, release."""
