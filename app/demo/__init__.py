"""A believable history for whoever wants to see Gatebook before using it."""
