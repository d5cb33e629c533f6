"""Figures for agents and supervisors."""
