"""What a release is made of: the packages it stands on, their licences, their known faults."""
