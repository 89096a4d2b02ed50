"""Who can write, and how is each one spoken to?"""

from pincite.models.picker import Picker

__all__ = ["Picker"]
