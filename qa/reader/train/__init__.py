"""Training the reader: question-answering data and fictional press items → an adapter.

`python -m qa.reader.train --data FOLDER --out FOLDER`. Nothing here is needed to answer.
"""
