"""Everything that runs beside Excel: worksheet functions, ribbon actions, the add-in and its installation."""
