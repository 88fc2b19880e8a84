"""Slice: demand forecasts and training needs of employers, and how they are to be met."""
