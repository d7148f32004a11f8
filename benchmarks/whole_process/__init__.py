"""What whole_path.py measures: a whole process that trains, stage by stage."""
