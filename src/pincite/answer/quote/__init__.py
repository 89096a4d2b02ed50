"""What do the sources say, in their own words?"""
