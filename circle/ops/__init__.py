"""For whoever runs Circle: whether a process can do its work (`/readyz`), and how it does (`/metrics`)."""
