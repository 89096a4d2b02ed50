"""Does this passage say so?"""
