"""Legal hold: interactions that must stay as they are until somebody says otherwise."""
