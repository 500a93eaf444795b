"""Texts as PowerShell and Terraform write them: what is in a plan must never be read as code."""

from __future__ import annotations

import json


def ps(text: str) -> str:
    """A PowerShell text. In single quotes nothing has a meaning but the quote, typographic ones included."""
    quotes = "'\u2018\u2019\u201a\u201b"
    safe = "".join(each * 2 if each in quotes else each for each in text)
    return f"'{safe}'"


def tf(text: str) -> str:
    """A Terraform text. ``${`` and ``%{`` would begin a template, and are doubled."""
    return json.dumps(text, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")


def one_line(text: str) -> str:
    """A text for a comment: a line break would end it."""
    return " ".join(text.split())
