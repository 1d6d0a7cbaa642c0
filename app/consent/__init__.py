"""Notices, legal bases and the evidence of consent."""
