"""Pages of comment templates, and their list on the reviewer's desk."""
