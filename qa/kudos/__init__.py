"""Kudos: a kind word for a conversation, in no figure."""
