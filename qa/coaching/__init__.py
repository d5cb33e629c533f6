"""Coaching reports of agents."""
