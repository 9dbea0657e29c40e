"""One wire protocol a file, sans-I/O; `contract.py` says what each must do, README.md documents our own."""
