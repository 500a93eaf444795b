"""What can be asked for, one file each; every task yields events and ends with one result."""
