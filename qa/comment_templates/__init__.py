"""Texts that reviewers put into their comments: own ones and shared ones."""
