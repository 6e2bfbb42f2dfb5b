"""Shapes of what people type. Rules stand in the operations."""
