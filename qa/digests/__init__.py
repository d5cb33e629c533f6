"""E-mails that tell what waits: counts and links, never names of customers or scores."""
