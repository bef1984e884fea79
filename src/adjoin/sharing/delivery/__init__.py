"""Getting what crosses to the partner: queued in order, sent until answered, the answer drawn from."""
