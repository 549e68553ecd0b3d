"""What owners and maintainers would ask about speed, measured."""
