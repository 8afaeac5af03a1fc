"""What the drawing engine costs beside Konva and SVG, and what the pages weigh and wait."""
