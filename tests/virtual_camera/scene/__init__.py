"""The driveway and street that both sensors look at, drawn with numpy and Pillow."""
