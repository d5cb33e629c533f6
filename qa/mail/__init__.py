"""E-mail: written in its reader's language, sent by jobs through the company's own server."""
