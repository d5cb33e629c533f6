"""Who may do what: roles, permissions, passwords, sign-ins."""
