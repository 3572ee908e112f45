"""Each construct of a received file → a file that holds it n times.

``CONSTRUCTS`` maps its name to the suffix of the file, what makes the file, and how often it is there in
the smaller of the two files that are compared.
"""

from tests.growth.documents import DOCUMENTS, OTHERS
from tests.growth.workbooks import WORKBOOKS

CONSTRUCTS = {**WORKBOOKS, **DOCUMENTS, **OTHERS}
