"""Worked cases that an official can write."""
