"""What the camera answers on the wire, one module for each subject."""
