"""An agent's own page."""
