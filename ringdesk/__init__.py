"""Ringdesk: the desk of a contact centre that runs on Asterisk."""

__version__ = "0.1.0"
