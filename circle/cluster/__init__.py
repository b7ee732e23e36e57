"""Several processes on one machine, to be tried: PostgreSQL, Redis, web processes, a worker, one address."""
