"""People who log in, and the devices they do it on."""
