"""How good is it? The same measures on any set of passages and questions, also one it has never seen."""
