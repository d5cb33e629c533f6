"""Pages on which agents score their own conversations."""
