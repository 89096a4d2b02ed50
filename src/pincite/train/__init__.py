"""How do the small models learn? Examples made from real questions, one network with several heads, its export."""
