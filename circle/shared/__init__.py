"""Several processes as one: what sessions have in memory alone, tickets and messages, through a Redis."""
