"""What stands in for the world in a test? Doubles at the machine's edge only, shipped, so that everyone can test."""
