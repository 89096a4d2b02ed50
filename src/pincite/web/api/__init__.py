"""What can a program do here? The native JSON interface, one module a noun."""
