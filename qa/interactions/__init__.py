"""Calls, chats, messages and visits as they come in."""
