"""Who searches the whole web? One file a service with its ``PROVIDER``: how it is asked, how its reply is read."""
