"""What does this text mean, as numbers? Small models that ship with the house and run on any CPU."""
