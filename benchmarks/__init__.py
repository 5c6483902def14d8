"""What is measured, how, and the committed results: each module is a command of its own."""
