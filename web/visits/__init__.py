"""Pages on which shoppers fill in their visits, made for a telephone."""
