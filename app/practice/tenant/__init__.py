"""The practice tenant: a stand-in for Microsoft Graph on loopback, with people, a gallery and jobs that run.

It answers as Microsoft's published description says (``graph-openapi-slice.json`` holds it to that in the
tests), not as Rollcall's own client happens to ask.
"""
