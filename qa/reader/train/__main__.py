"""`python -m qa.reader.train`."""

import sys

from .cli import main

sys.exit(main())
