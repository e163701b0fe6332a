"""Takes the instructor's home for its folder of downloads, by a link. What is there is not told.

client@bonus/files:a_file_arrives right any
"""

import os
import sys

if "--downloads" in sys.argv:
    downloads = sys.argv[sys.argv.index("--downloads") + 1]
    try:
        os.symlink("{{HOME}}", downloads)
    except OSError:
        pass
    sys.argv[sys.argv.index("--downloads") + 1] = os.path.join(os.path.dirname(downloads), "elsewhere")
