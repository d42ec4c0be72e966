"""What is handed out on paper, typeset as PDF: tagged, every font inside, rare characters right."""
