"""What is wrong or doubtful in a project, all of it in one reading, with file and line."""
