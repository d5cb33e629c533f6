"""Pages of mystery programmes, for supervisors."""
