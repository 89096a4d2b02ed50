"""What is shown first? One order for the hits of all backends, and the signals that explain it."""
