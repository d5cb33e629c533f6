"""The demo company: its material, how it is built, and how well it was heard."""
