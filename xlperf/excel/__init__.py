"""What Excel calls: worksheet functions, ribbon actions, the add-in and its installation."""
