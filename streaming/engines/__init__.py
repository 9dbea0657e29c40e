"""One recogniser a file; `contract.py` says what each must do."""
