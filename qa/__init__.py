"""What is stored, what may happen and who did it: the rules of the product around the database."""
