"""What takes more than one search to answer?"""
