"""What was sent and what came in, for people to look up: kept for a season, readable, without secrets."""
