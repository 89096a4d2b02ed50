"""What does ``python -m pincite`` do? The same as ``pincite``."""

from pincite.cli import main

if __name__ == "__main__":
    main()
