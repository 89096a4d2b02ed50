"""Where can we look? Backends that find passages, and the focuses a person picks them by."""
