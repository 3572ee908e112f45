"""What people declare under schemas/ (forms, profiles, rules, codes), and the plain data judged by it."""
