"""Dashboards: figures of the company, teams, criteria and reviewers."""
