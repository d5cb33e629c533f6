"""Pages about people: signing in, preferences, administration."""
