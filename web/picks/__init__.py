"""Pages of interactions that are picked on purpose."""
