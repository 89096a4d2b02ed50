"""Which of several things is meant?"""
