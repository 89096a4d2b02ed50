"""What might be asked next?"""
