"""`python -m ragcare` is the command `ragcare`, of whichever Python runs it."""

from ragcare.cli import main

if __name__ == "__main__":
    main()
