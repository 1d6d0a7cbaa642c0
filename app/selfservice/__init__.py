"""The visitor's phone and the stand by the door."""
