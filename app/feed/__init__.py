"""One reader of the journal per process, many listeners."""
