"""What both windows look like: colours, distances and icons. Qt only, nothing of Rollcall's work.

Below ``wizard`` and ``monitor`` so that both can use it without knowing each other.
"""
