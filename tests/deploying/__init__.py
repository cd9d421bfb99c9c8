"""The files of deploy/: read, held against their rules, and tried as far as a machine allows."""
