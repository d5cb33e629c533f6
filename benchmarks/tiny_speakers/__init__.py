"""The tiny speaker models: made in closed form from synthetic voices, and measured on voices they never heard."""
