type option_code = int
type dhcp_option = Hostname of string

let int_to_option_code_exn code : option_code = code
