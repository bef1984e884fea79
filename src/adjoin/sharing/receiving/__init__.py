"""What a partner says about tickets, made into changes of ours."""
