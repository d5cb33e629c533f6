"""Mystery-shopper programmes, scenarios and visits."""
