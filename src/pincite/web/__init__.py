"""How does a browser or a program ask over HTTP? The web door: an app, its guard, its streams. It decides nothing."""
