let of_name name = "Good morning, " ^ name ^ "."
