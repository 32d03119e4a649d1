let hello = "Hello!"
