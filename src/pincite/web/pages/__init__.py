"""What does a person see, and what do its forms do?"""
