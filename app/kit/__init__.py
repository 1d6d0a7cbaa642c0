"""What Gatebook needs and any program could use: ids, text, paging, time zones, the hash chain."""
