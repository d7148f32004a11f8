"""What a run leaves on the disk: its record, checkpoints, the files of tensors, and who holds them."""
