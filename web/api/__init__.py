"""The JSON API: read by programs with an access token, through the same door as the pages."""
