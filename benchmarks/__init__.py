"""What is measured of the product, and what makes its data files."""
