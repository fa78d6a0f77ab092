print("implode")
