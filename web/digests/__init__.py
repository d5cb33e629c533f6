"""How often somebody gets an e-mail about what waits."""
